#include "server/mcp/caller_slots.h"

namespace tier0::mcp {

std::shared_ptr<void> CallerSlots::take(const std::string& caller) {
  {
    MutexLock lock(mutex_);
    if (taken_ >= total_) return nullptr;
    std::size_t& own = by_caller_[caller];
    if (own >= per_caller_) return nullptr;
    ++own;
    ++taken_;
  }
  return {this, [caller](CallerSlots* slots) { slots->release(caller); }};
}

void CallerSlots::release(const std::string& caller) {
  MutexLock lock(mutex_);
  --taken_;
  const auto own = by_caller_.find(caller);
  if (--own->second == 0) by_caller_.erase(own);
}

}  // namespace tier0::mcp
