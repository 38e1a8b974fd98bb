#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

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

/// For deadlines of sockets and threads, which a virtual clock must not move.
inline TimePoint steady_now() {
  return std::chrono::steady_clock::now();
}

/// UTC, RFC 3339 with milliseconds: 2026-11-22T05:00:03.120Z.
std::string format_time(WallTime time);

/// An RFC 3339 time with a zone, such as 2026-11-22T05:00:03Z or 2026-11-22T02:00:03.5-03:00; finer
/// than milliseconds is cut. Empty for anything else.
std::optional<WallTime> parse_time(std::string_view text);

}  // namespace tier0
