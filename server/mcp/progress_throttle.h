#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "server/base/clock.h"

namespace tier0::mcp {

struct ProgressReport {
  double done = 0;
  double total = 0;  // 0: not known
  std::string message = {};
};

/// Which reports of a call reach the client: only rising ones, not more than one an interval, and
/// the latest of those held back before the answer. Not thread-safe.
class ProgressThrottle {
 public:
  explicit ProgressThrottle(std::chrono::milliseconds interval) : interval_(interval) {}

  /// The report, if it is to be sent now.
  std::optional<ProgressReport> offer(ProgressReport report, TimePoint now);
  /// What was held back.
  std::optional<ProgressReport> flush();

 private:
  const std::chrono::milliseconds interval_;
  std::optional<double> last_;
  TimePoint sent_at_ = {};
  std::optional<ProgressReport> held_;
};

}  // namespace tier0::mcp
