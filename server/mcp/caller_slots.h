#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "server/base/mutex.h"

namespace tier0::mcp {

/// How many of something there may be, in all and for one caller. Thread-safe. Outlives its slots.
class CallerSlots {
 public:
  CallerSlots(std::size_t total, std::size_t per_caller) : total_(total), per_caller_(per_caller) {}

  /// Null if none is left; otherwise the slot is free again when the last copy goes.
  std::shared_ptr<void> take(const std::string& caller) EXCLUDES(mutex_);

 private:
  void release(const std::string& caller) EXCLUDES(mutex_);

  const std::size_t total_;
  const std::size_t per_caller_;
  Mutex mutex_;
  std::size_t taken_ GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::size_t> by_caller_ GUARDED_BY(mutex_);
};

}  // namespace tier0::mcp
