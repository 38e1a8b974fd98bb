#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "server/base/mutex.h"
#include "server/jsonrpc/message.h"

namespace tier0::mcp {

/// Questions that we asked one client and that it has not answered. Thread-safe.
class PendingRequests {
 public:
  using Callback = std::function<void(const jsonrpc::Response&)>;

  /// The id to ask with; never used twice for this client.
  std::string add(Callback callback) EXCLUDES(mutex_);
  void remove(const std::string& id) EXCLUDES(mutex_);
  /// False if nobody waits for it.
  bool complete(const jsonrpc::Response& response) EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  std::uint64_t count_ GUARDED_BY(mutex_) = 0;
  std::map<std::string, Callback> waiting_ GUARDED_BY(mutex_);
};

}  // namespace tier0::mcp
