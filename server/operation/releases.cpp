#include "server/operation/releases.h"

namespace tier0 {

void Releases::note(const LeaseNames& names, TimePoint now) {
  const MutexLock lock(mutex_);
  for (const std::string& name : names) last_[name] = now;
}

void Releases::note_any(TimePoint now) {
  const MutexLock lock(mutex_);
  last_of_any_ = now;
}

bool Releases::any_since(TimePoint then, const LeaseNames& names) const {
  const MutexLock lock(mutex_);
  if (names.empty()) return false;
  if (last_of_any_ > then) return true;
  for (const std::string& name : names) {
    const auto found = last_.find(name);
    if (found != last_.end() && found->second > then) return true;
  }
  return false;
}

}  // namespace tier0
