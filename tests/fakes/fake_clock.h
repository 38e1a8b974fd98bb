#pragma once

#include <functional>

#include "server/base/clock.h"
#include "server/base/mutex.h"

namespace tier0 {

/// Time that moves when it is told to, or when somebody waits for it: a wait jumps to its end at
/// once. Thread-safe.
class FakeClock final : public Clock {
 public:
  std::function<void()> on_wait = {};  // what the world does after each wait; set before threads

  TimePoint now() const override {
    MutexLock lock(mutex_);
    return TimePoint{} + std::chrono::hours(1) + passed_;
  }
  WallTime wall() const override {
    MutexLock lock(mutex_);
    return WallTime(std::chrono::milliseconds(1'795'000'000'000)) +
           std::chrono::floor<std::chrono::milliseconds>(passed_);
  }
  bool wait_until(TimePoint when, const std::stop_token& stop) const override {
    if (stop.stop_requested()) return false;
    const TimePoint current = now();
    if (when > current) advance(when - current);
    if (on_wait) on_wait();
    return true;
  }
  void advance(TimePoint::duration by) const {
    MutexLock lock(mutex_);
    passed_ += by;
  }

 private:
  mutable Mutex mutex_;
  mutable TimePoint::duration passed_ GUARDED_BY(mutex_){};
};

}  // namespace tier0
