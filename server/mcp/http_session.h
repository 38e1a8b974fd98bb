#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "server/base/mutex.h"
#include "server/mcp/handshake.h"
#include "server/mcp/shared.h"
#include "server/mcp/stream_store.h"

namespace tier0::mcp {

/// A session of Streamable HTTP: what `Mcp-Session-Id` names. Thread-safe.
class HttpSession {
 public:
  HttpSession(const Shared& shared, std::string id, Caller caller, const Handshake& handshake,
              std::shared_ptr<void> slot);

  const std::string& id() const { return id_; }
  const std::shared_ptr<Session>& session() const { return session_; }
  const std::shared_ptr<StreamStore>& streams() const { return streams_; }
  /// What belongs to no call; a client reads it by GET.
  const std::shared_ptr<EventStream>& general() const { return general_; }
  /// The stream that an event id names; null where it is not known.
  std::shared_ptr<EventStream> find_stream(const std::string& name) const;

  void touch(TimePoint now) { last_used_ = now; }
  bool is_idle_since(TimePoint moment) const;
  /// Cancels its calls and ends its streams.
  void end();

 private:
  const std::string id_;
  const std::shared_ptr<StreamStore> streams_;
  const std::shared_ptr<EventStream> general_;
  const std::shared_ptr<Session> session_;
  const std::shared_ptr<void> slot_;
  std::atomic<TimePoint> last_used_;
};

/// The live sessions. Thread-safe.
class HttpSessions {
 public:
  explicit HttpSessions(Shared& shared) : shared_(shared) {}

  /// Null if there are too many.
  std::shared_ptr<HttpSession> create(const Caller& caller, const Handshake& handshake)
      EXCLUDES(mutex_);
  /// Null if it is not there, has ended, or belongs to another caller: the answer is the same.
  std::shared_ptr<HttpSession> find(std::string_view id, const Caller& caller) EXCLUDES(mutex_);
  void remove(const std::shared_ptr<HttpSession>& session) EXCLUDES(mutex_);
  void end_all() EXCLUDES(mutex_);

 private:
  void sweep() EXCLUDES(mutex_);
  void sweep_later();

  Shared& shared_;
  Mutex mutex_;
  std::map<std::string, std::shared_ptr<HttpSession>, std::less<>> sessions_ GUARDED_BY(mutex_);
  bool is_sweeping_ GUARDED_BY(mutex_) = false;
};

}  // namespace tier0::mcp
