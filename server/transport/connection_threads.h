#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <thread>
#include <vector>

#include "server/base/clock.h"
#include "server/base/mutex.h"

namespace tier0::transport {

/// A thread for each running job up to a limit, and no queue: a job that gets no thread at once is
/// refused. Idle threads are used again and end after a while. Thread-safe.
class ConnectionThreads {
 public:
  explicit ConnectionThreads(std::size_t limit) : limit_(limit) {}
  ~ConnectionThreads() { join(); }
  ConnectionThreads(const ConnectionThreads&) = delete;
  ConnectionThreads& operator=(const ConnectionThreads&) = delete;

  /// Takes the job and runs it. False, with the job left alone, at the limit and after join().
  bool run(std::function<void()>& job) EXCLUDES(mutex_);
  /// Waits until no job runs. False at the deadline.
  bool wait_until_idle(TimePoint deadline) EXCLUDES(mutex_);
  /// Waits for the jobs that run, and refuses new ones.
  void join() EXCLUDES(mutex_);

 private:
  using Threads = std::list<std::jthread>;

  bool add_thread() REQUIRES(mutex_);
  void work(Threads::iterator self) EXCLUDES(mutex_);
  /// Null when the thread is to end.
  std::function<void()> next_job(Threads::iterator self) EXCLUDES(mutex_);
  void done() EXCLUDES(mutex_);

  const std::size_t limit_;
  Mutex mutex_;
  ConditionVariable wake_;
  ConditionVariable idle_;
  std::deque<std::function<void()>> handed_ GUARDED_BY(mutex_);  // never more than waiting_
  std::size_t waiting_ GUARDED_BY(mutex_) = 0;                   // threads without a job
  std::size_t running_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  Threads threads_ GUARDED_BY(mutex_);
  Threads ended_ GUARDED_BY(mutex_);  // to be joined
};

}  // namespace tier0::transport
