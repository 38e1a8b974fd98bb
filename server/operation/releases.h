#pragma once

#include <map>
#include <string>

#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/store/operation_store.h"

namespace tier0 {

/// When operations of this process gave their leases back. Whoever read the world before may have
/// read it as it was before them. Thread-safe.
class Releases {
 public:
  /// Before the leases are free.
  void note(const LeaseNames& names, TimePoint now) EXCLUDES(mutex_);
  /// The same where nobody knows which they are.
  void note_any(TimePoint now) EXCLUDES(mutex_);
  bool any_since(TimePoint then, const LeaseNames& names) const EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  std::map<std::string, TimePoint> last_ GUARDED_BY(mutex_);
  TimePoint last_of_any_ GUARDED_BY(mutex_) = TimePoint::min();
};

}  // namespace tier0
