#pragma once

#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

#include "server/base/executor.h"
#include "server/base/mutex.h"

namespace tier0 {

/// A bounded number of threads behind a bounded queue; a thread starts when a job finds none idle.
/// Destruction drops the jobs that wait and joins those that run, so whoever can end running jobs
/// early does that first.
class WorkerPool final : public Executor {
 public:
  WorkerPool(std::size_t threads, std::size_t queue_limit);
  ~WorkerPool() override;
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  bool submit(std::function<void()> job) override EXCLUDES(mutex_);

 private:
  void work(const std::stop_token& stop) EXCLUDES(mutex_);

  const std::size_t thread_limit_;
  const std::size_t queue_limit_;
  Mutex mutex_;
  ConditionVariable ready_;
  std::deque<std::function<void()>> queue_ GUARDED_BY(mutex_);
  std::size_t idle_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_ GUARDED_BY(mutex_);
};

}  // namespace tier0
