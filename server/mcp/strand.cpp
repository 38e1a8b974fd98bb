#include "server/mcp/strand.h"

#include <utility>

namespace tier0::mcp {

void Strand::post(std::function<void()> job) {
  {
    MutexLock lock(mutex_);
    if (running_) {
      waiting_.push_back(std::move(job));
      return;
    }
    running_ = true;
  }
  job();
  for (;;) {
    const auto batch = take_waiting();
    if (batch.empty()) return;
    for (const auto& waiting : batch) waiting();
  }
}

std::vector<std::function<void()>> Strand::take_waiting() {
  MutexLock lock(mutex_);
  if (waiting_.empty()) running_ = false;
  return std::exchange(waiting_, {});
}

}  // namespace tier0::mcp
