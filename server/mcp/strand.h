#pragma once

#include <functional>
#include <vector>

#include "server/base/mutex.h"

namespace tier0::mcp {

/// Runs jobs one at a time, in the order in which they were posted, on whichever of the posting
/// threads is first, and under no lock. So two threads can write to one stream without mixing
/// their messages and without holding a lock while they write. A job may post; the new one runs
/// after it.
class Strand {
 public:
  void post(std::function<void()> job) EXCLUDES(mutex_);

 private:
  std::vector<std::function<void()>> take_waiting() EXCLUDES(mutex_);

  Mutex mutex_;
  std::vector<std::function<void()>> waiting_ GUARDED_BY(mutex_);
  bool running_ GUARDED_BY(mutex_) = false;
};

}  // namespace tier0::mcp
