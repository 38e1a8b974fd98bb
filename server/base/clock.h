#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace tier0 {

using TimePoint = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// Every reading of time and every wait. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  virtual WallTime wall() const = 0;
  /// Waits until `when` or a stop, whichever is first. True if the time was reached.
  virtual bool wait_until(TimePoint when, const std::stop_token& stop) const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override;
  WallTime wall() const override;
  bool wait_until(TimePoint when, const std::stop_token& stop) const override;
};

/// UTC, RFC 3339 with milliseconds: 2026-11-22T05:00:03.120Z.
std::string format_time(WallTime time);

}  // namespace tier0
