#pragma once

#include "server/base/clock.h"
#include "server/base/mutex.h"

namespace tier0 {

/// The system's time, a little ahead when told so: waits are real, and what expires can be made to.
/// Thread-safe.
class RunningClock final : public Clock {
 public:
  TimePoint now() const override { return system_.now() + ahead(); }
  WallTime wall() const override { return system_.wall() + ahead(); }
  bool wait_until(TimePoint when, const std::stop_token& stop) const override {
    return system_.wait_until(when - ahead(), stop);
  }
  void advance(std::chrono::milliseconds by) {
    const MutexLock lock(mutex_);
    ahead_ += by;
  }

 private:
  std::chrono::milliseconds ahead() const {
    const MutexLock lock(mutex_);
    return ahead_;
  }

  const SystemClock system_{};
  mutable Mutex mutex_;
  std::chrono::milliseconds ahead_ GUARDED_BY(mutex_){};
};

}  // namespace tier0
