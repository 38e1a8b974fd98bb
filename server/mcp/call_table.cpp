#include "server/mcp/call_table.h"

#include <utility>

#include "server/jsonrpc/message.h"

namespace tier0::mcp {

bool CallTable::add(const Json& id, std::shared_ptr<Ongoing> ongoing) {
  MutexLock lock(mutex_);
  if (is_closed_) return false;
  return running_.emplace(id, std::move(ongoing)).second;
}

void CallTable::remove(const Json& id, const Ongoing* ongoing) {
  std::shared_ptr<Ongoing> removed;  // goes after the lock
  {
    MutexLock lock(mutex_);
    const auto found = running_.find(id);
    if (found == running_.end() || found->second.get() != ongoing) return;
    removed = std::move(found->second);
    running_.erase(found);
  }
}

void CallTable::cancel(const Json& id) {
  // 1.0 is no id, but would be found as 1.
  if (!jsonrpc::is_id(id)) return;
  std::shared_ptr<Ongoing> found;
  {
    MutexLock lock(mutex_);
    const auto entry = running_.find(id);
    if (entry == running_.end()) return;
    found = entry->second;
  }
  found->cancel();
}

void CallTable::cancel_all() {
  for (const auto& [id, ongoing] : close()) ongoing->cancel();
}

void CallTable::shut_down_all() {
  for (const auto& [id, ongoing] : close()) ongoing->shut_down();
}

std::size_t CallTable::size() const {
  MutexLock lock(mutex_);
  return running_.size();
}

std::map<Json, std::shared_ptr<Ongoing>> CallTable::close() {
  MutexLock lock(mutex_);
  is_closed_ = true;
  return std::exchange(running_, {});
}

}  // namespace tier0::mcp
