#include "server/transport/connection_threads.h"

#include <chrono>
#include <iterator>
#include <system_error>
#include <utility>

namespace tier0::transport {
namespace {

constexpr std::chrono::seconds kIdleThread{20};

}  // namespace

bool ConnectionThreads::add_thread() {
  threads_.emplace_back();
  const auto self = std::prev(threads_.end());
  try {
    *self = std::jthread([this, self] { work(self); });
  } catch (const std::system_error&) {
    threads_.erase(self);
    return false;
  }
  ++waiting_;
  return true;
}

bool ConnectionThreads::run(std::function<void()>& job) {
  Threads ended;  // joined on the way out, not under the lock
  const MutexLock lock(mutex_);
  ended.swap(ended_);
  if (stopping_ || running_ >= limit_) return false;
  if (waiting_ == handed_.size() && !add_thread()) return false;
  ++running_;
  handed_.push_back(std::move(job));
  wake_.notify_one();
  return true;
}

std::function<void()> ConnectionThreads::next_job(Threads::iterator self) {
  const MutexLock lock(mutex_);
  const TimePoint give_up = std::chrono::steady_clock::now() + kIdleThread;
  while (handed_.empty() && !stopping_)
    if (wake_.wait_until(mutex_, give_up) == std::cv_status::timeout) break;
  if (handed_.empty()) {
    --waiting_;
    ended_.splice(ended_.end(), threads_, self);
    if (threads_.empty()) idle_.notify_all();
    return nullptr;
  }
  --waiting_;
  std::function<void()> job = std::move(handed_.front());
  handed_.pop_front();
  return job;
}

void ConnectionThreads::done() {
  const MutexLock lock(mutex_);
  --running_;
  ++waiting_;
  if (running_ == 0) idle_.notify_all();
}

void ConnectionThreads::work(Threads::iterator self) {
  while (auto job = next_job(self)) {
    job();
    job = nullptr;
    done();
  }
}

bool ConnectionThreads::wait_until_idle(TimePoint deadline) {
  const MutexLock lock(mutex_);
  while (running_ > 0)
    if (idle_.wait_until(mutex_, deadline) == std::cv_status::timeout) return running_ == 0;
  return true;
}

void ConnectionThreads::join() {
  Threads ended;
  const MutexLock lock(mutex_);
  stopping_ = true;
  wake_.notify_all();
  while (!threads_.empty()) idle_.wait(mutex_);
  ended.swap(ended_);
}

}  // namespace tier0::transport
