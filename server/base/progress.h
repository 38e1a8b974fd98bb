#pragma once

#include <string>

namespace tier0 {

/// How far a call is. Implementations throttle and may drop; thread-safe.
class Progress {
 public:
  virtual ~Progress() = default;
  /// `done` rises strictly from call to call; `total` is 0 where it is not known.
  virtual void report(double done, double total, const std::string& message) = 0;
};

class NoProgress final : public Progress {
 public:
  void report(double, double, const std::string&) override {}
};

}  // namespace tier0
