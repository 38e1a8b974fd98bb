#include "server/broker/worker_pool.h"

#include <exception>

#include "server/base/log.h"

namespace tier0 {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_limit) : queue_limit_(queue_limit) {
  for (std::size_t i = 0; i < threads; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::submit(std::function<void()> job) {
  {
    MutexLock lock(mutex_);
    if (stopping_ || queue_.size() >= queue_limit_) return false;
    queue_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void WorkerPool::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  for (std::jthread& thread : threads_) thread.request_stop();
  changed_.notify_all();
}

// The analysis cannot follow a lock that a condition variable lets go of.
void WorkerPool::work(const std::stop_token& stop) NO_THREAD_SAFETY_ANALYSIS {
  while (true) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop,
                         [this]() NO_THREAD_SAFETY_ANALYSIS { return !queue_.empty(); }))
        return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    try {
      job();
    } catch (const std::exception& failure) {
      log::error("a job ended in an exception", {{"reason", failure.what()}});
    }
  }
}

}  // namespace tier0
