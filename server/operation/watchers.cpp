#include "server/operation/watchers.h"

namespace tier0 {

Watchers::Id Watchers::add(const std::string& operation, OperationWatcher watcher) {
  auto shared = std::make_shared<const OperationWatcher>(std::move(watcher));
  const MutexLock lock(mutex_);
  entries_.emplace(++last_, Entry{operation, std::move(shared)});
  return last_;
}

Watchers::Pointer Watchers::take(Id id) {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return nullptr;
  Pointer watcher = std::move(found->second.watcher);
  entries_.erase(found);
  return watcher;
}

std::vector<Watchers::Pointer> Watchers::take_all(const std::string& operation) {
  std::vector<Pointer> taken;
  const MutexLock lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (entry->second.operation != operation) {
      ++entry;
      continue;
    }
    taken.push_back(std::move(entry->second.watcher));
    entry = entries_.erase(entry);
  }
  return taken;
}

std::vector<Watchers::Pointer> Watchers::of(const std::string& operation) const {
  std::vector<Pointer> watching;
  const MutexLock lock(mutex_);
  for (const auto& [id, entry] : entries_)
    if (entry.operation == operation) watching.push_back(entry.watcher);
  return watching;
}

std::vector<std::pair<Watchers::Id, std::string>> Watchers::all() const {
  std::vector<std::pair<Id, std::string>> list;
  const MutexLock lock(mutex_);
  for (const auto& [id, entry] : entries_) list.emplace_back(id, entry.operation);
  return list;
}

}  // namespace tier0
