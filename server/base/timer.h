#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <thread>
#include <utility>

#include "server/base/clock.h"
#include "server/base/mutex.h"

namespace tier0 {

/// Runs short jobs at their time, on one thread that starts with the first job. Thread-safe.
class Timer {
 public:
  using Id = std::pair<TimePoint, std::uint64_t>;

  explicit Timer(const Clock& clock) : clock_(clock) {}
  ~Timer() { stop(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// The job never blocks. Jobs that wait when the timer ends never run.
  Id at(TimePoint when, std::function<void()> job) EXCLUDES(mutex_);
  Id after(std::chrono::milliseconds delay, std::function<void()> job) EXCLUDES(mutex_);
  /// Too late for a job that runs or has run.
  void cancel(const Id& id) EXCLUDES(mutex_);
  /// No job runs any more when this returns, nor later.
  void stop() EXCLUDES(mutex_);

 private:
  void run(const std::stop_token& stop) EXCLUDES(mutex_);
  std::function<void()> take_due(const std::stop_token& stop) EXCLUDES(mutex_);

  const Clock& clock_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::uint64_t count_ GUARDED_BY(mutex_) = 0;
  std::map<Id, std::function<void()>> jobs_ GUARDED_BY(mutex_);
  bool is_stopped_ GUARDED_BY(mutex_) = false;
  std::jthread thread_ GUARDED_BY(mutex_);
};

}  // namespace tier0
