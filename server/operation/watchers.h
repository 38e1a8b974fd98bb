#pragma once

#include <map>
#include <memory>
#include <vector>

#include "server/base/mutex.h"
#include "server/operation/operations.h"

namespace tier0 {

/// Who waits for which operation. Calls nobody itself. Thread-safe.
class Watchers {
 public:
  using Id = Operations::WatchId;
  using Pointer = std::shared_ptr<const OperationWatcher>;

  Id add(const std::string& operation, OperationWatcher watcher) EXCLUDES(mutex_);
  /// Whoever takes a watcher settles it; null where somebody else did.
  Pointer take(Id id) EXCLUDES(mutex_);
  std::vector<Pointer> take_all(const std::string& operation) EXCLUDES(mutex_);
  /// Left as they are, for progress.
  std::vector<Pointer> of(const std::string& operation) const EXCLUDES(mutex_);
  /// Which there are, for the end.
  std::vector<std::pair<Id, std::string>> all() const EXCLUDES(mutex_);

 private:
  struct Entry {
    std::string operation;
    Pointer watcher;
  };

  mutable Mutex mutex_;
  Id last_ GUARDED_BY(mutex_) = 0;
  std::map<Id, Entry> entries_ GUARDED_BY(mutex_);
};

}  // namespace tier0
