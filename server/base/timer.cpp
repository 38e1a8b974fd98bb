#include "server/base/timer.h"

namespace tier0 {

Timer::Id Timer::at(TimePoint when, std::function<void()> job) {
  Id id;
  bool is_first = false;
  {
    MutexLock lock(mutex_);
    id = {when, ++count_};
    if (is_stopped_) return id;
    const auto added = jobs_.emplace(id, std::move(job)).first;
    is_first = added == jobs_.begin();
    if (!thread_.joinable())
      thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  if (is_first) changed_.notify_one();
  return id;
}

Timer::Id Timer::after(std::chrono::milliseconds delay, std::function<void()> job) {
  return at(clock_.now() + delay, std::move(job));
}

void Timer::cancel(const Id& id) {
  std::function<void()> dropped;
  {
    MutexLock lock(mutex_);
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return;
    dropped = std::move(found->second);
    jobs_.erase(found);
  }
}

void Timer::stop() {
  std::jthread ending;  // stops and joins as it goes, without the lock
  MutexLock lock(mutex_);
  is_stopped_ = true;
  ending = std::move(thread_);
}

void Timer::run(const std::stop_token& stop) {
  while (const auto job = take_due(stop)) job();
}

std::function<void()> Timer::take_due(const std::stop_token& stop) {
  MutexLock lock(mutex_);
  while (!stop.stop_requested()) {
    if (jobs_.empty()) {
      changed_.wait(mutex_, stop, [this]() REQUIRES(mutex_) { return !jobs_.empty(); });
      continue;
    }
    const auto first = jobs_.begin();
    const auto left = first->first.first - clock_.now();
    if (left <= left.zero()) {
      auto job = std::move(first->second);
      jobs_.erase(first);
      return job;
    }
    const Id waited_for = first->first;
    changed_.wait_for(mutex_, stop, left, [this, waited_for]() REQUIRES(mutex_) {
      return jobs_.empty() || jobs_.begin()->first != waited_for;
    });
  }
  return nullptr;
}

}  // namespace tier0
