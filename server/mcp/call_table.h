#pragma once

#include <cstddef>
#include <map>
#include <memory>

#include "server/base/json.h"
#include "server/base/mutex.h"

namespace tier0::mcp {

/// Something that a client started and may end: a call, a listen stream.
class Ongoing {
 public:
  virtual ~Ongoing() = default;
  /// The client wants no answer any more.
  virtual void cancel() = 0;
  /// The server ends; the client has been told when this returns.
  virtual void shut_down() = 0;
};

/// What runs for one client, by request id. Thread-safe.
class CallTable {
 public:
  /// False if the id is in use, or the table is closed.
  bool add(const Json& id, std::shared_ptr<Ongoing> ongoing) EXCLUDES(mutex_);
  /// Without effect if the id belongs to another one by now.
  void remove(const Json& id, const Ongoing* ongoing) EXCLUDES(mutex_);
  /// notifications/cancelled; an unknown id is ignored, it may have finished meanwhile.
  void cancel(const Json& id) EXCLUDES(mutex_);
  /// Ends all, and refuses what comes.
  void cancel_all() EXCLUDES(mutex_);
  void shut_down_all() EXCLUDES(mutex_);
  std::size_t size() const EXCLUDES(mutex_);

 private:
  std::map<Json, std::shared_ptr<Ongoing>> close() EXCLUDES(mutex_);

  mutable Mutex mutex_;
  // 1 and "1" are different keys: JSON values compare by type first.
  std::map<Json, std::shared_ptr<Ongoing>> running_ GUARDED_BY(mutex_);
  bool is_closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace tier0::mcp
