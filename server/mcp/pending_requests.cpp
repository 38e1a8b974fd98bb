#include "server/mcp/pending_requests.h"

#include <utility>

namespace tier0::mcp {

std::string PendingRequests::add(Callback callback) {
  MutexLock lock(mutex_);
  std::string id = "s-" + std::to_string(++count_);
  waiting_.emplace(id, std::move(callback));
  return id;
}

void PendingRequests::remove(const std::string& id) {
  Callback dropped;
  {
    MutexLock lock(mutex_);
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return;
    dropped = std::move(found->second);
    waiting_.erase(found);
  }
}

bool PendingRequests::complete(const jsonrpc::Response& response) {
  if (!response.id.is_string()) return false;
  Callback callback;
  {
    MutexLock lock(mutex_);
    const auto found = waiting_.find(response.id.get_ref<const std::string&>());
    if (found == waiting_.end()) return false;
    callback = std::move(found->second);
    waiting_.erase(found);
  }
  callback(response);
  return true;
}

}  // namespace tier0::mcp
