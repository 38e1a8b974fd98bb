#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "server/base/mutex.h"
#include "server/mcp/conversation.h"
#include "server/mcp/event_stream.h"

namespace tier0::mcp {

/// HTTP+SSE, the transport of 2024-11-05: a stream that stays open, and POSTs whose answers come on
/// it. The session is the stream. Thread-safe.
class SseSessions {
 public:
  explicit SseSessions(Shared& shared) : shared_(shared) {}

  void open(const HttpRequest& request, const std::shared_ptr<Responder>& responder)
      EXCLUDES(mutex_);
  void post(std::string_view session_id, const HttpRequest& request, Responder& responder)
      EXCLUDES(mutex_);
  void shut_down() EXCLUDES(mutex_);

 private:
  struct Open;

  std::shared_ptr<Open> find(std::string_view id, const Caller& caller) EXCLUDES(mutex_);
  void close(const std::string& id) EXCLUDES(mutex_);

  Shared& shared_;
  Mutex mutex_;
  std::map<std::string, std::shared_ptr<Open>, std::less<>> sessions_ GUARDED_BY(mutex_);
};

}  // namespace tier0::mcp
