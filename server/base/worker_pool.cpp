#include "server/base/worker_pool.h"

#include <exception>
#include <system_error>
#include <utility>

#include "server/base/log.h"

namespace tier0 {
namespace {

/// The top of a thread: what a job throws is a bug of that job and must not end the process.
void run_guarded(const std::function<void()>& job) {
  try {
    job();
  } catch (const std::exception&) {
    log::error("a job threw");
  }
}

}  // namespace

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_limit)
    : thread_limit_(threads), queue_limit_(queue_limit) {}

WorkerPool::~WorkerPool() {
  std::deque<std::function<void()>> dropped;
  std::vector<std::jthread> threads;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    dropped.swap(queue_);
    threads.swap(threads_);
  }
  for (auto& thread : threads) thread.request_stop();
  for (auto& thread : threads) thread.join();
}

bool WorkerPool::submit(std::function<void()> job) {
  {
    MutexLock lock(mutex_);
    if (stopping_ || queue_.size() >= queue_limit_) return false;
    if (queue_.size() >= idle_ && threads_.size() < thread_limit_) {
      try {
        threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
      } catch (const std::system_error&) {
        if (threads_.empty()) return false;  // the others take it when they can
      }
    }
    queue_.push_back(std::move(job));
  }
  ready_.notify_one();
  return true;
}

void WorkerPool::work(const std::stop_token& stop) {
  for (;;) {
    std::function<void()> job;
    {
      MutexLock lock(mutex_);
      ++idle_;
      const bool has_job =
          ready_.wait(mutex_, stop, [this]() REQUIRES(mutex_) { return !queue_.empty(); });
      --idle_;
      if (!has_job) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    run_guarded(job);
  }
}

}  // namespace tier0
