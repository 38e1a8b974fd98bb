#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "server/base/executor.h"
#include "server/base/mutex.h"

namespace tier0 {

/// A fixed number of threads and a bounded queue; a full queue answers at once. Thread-safe.
/// Destruction drops what is still queued and joins the running jobs.
class WorkerPool final : public Executor {
 public:
  WorkerPool(std::size_t threads, std::size_t queue_limit);
  ~WorkerPool() override;
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  bool submit(std::function<void()> job) override;

  /// No new jobs; queued ones are dropped. Running ones go on until they end.
  void stop();

 private:
  void work(const std::stop_token& stop);

  const std::size_t queue_limit_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::deque<std::function<void()>> queue_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace tier0
