#include "server/mcp/sse_sessions.h"

#include <utility>

#include "server/crypto/crypto.h"
#include "server/mcp/sse.h"

namespace tier0::mcp {

struct SseSessions::Open {
  Open(Shared& shared, Caller caller, std::shared_ptr<void> with_slot)
      : name(caller.name),
        stream(std::make_shared<EventStream>("", ReplayLimits{})),
        conversation(shared, std::move(caller), stream, Conversation::Eras::LegacyOnly),
        slot(std::move(with_slot)) {}

  const std::string name;
  const std::shared_ptr<EventStream> stream;
  Conversation conversation;
  const std::shared_ptr<void> slot;
};

void SseSessions::open(const HttpRequest& request, const std::shared_ptr<Responder>& responder) {
  if (shared_.is_closed) return responder->finish(503, {});
  if (!shared_.options.legacy) return responder->finish(404, {});
  auto slot = shared_.sessions.take(request.caller.name);
  if (!slot) return responder->finish(429, {}, {{.name = "Retry-After", .value = "1"}});

  const std::string id = crypto::random_id();
  const auto session = std::make_shared<Open>(shared_, request.caller, std::move(slot));
  {
    MutexLock lock(mutex_);
    sessions_.emplace(id, session);
  }
  session->stream->on_lost([this, id] { close(id); });
  session->stream->attach(responder);
  session->stream->announce(sse_endpoint(shared_.options.messages_path + "?sessionId=" + id));
  if (!request.caller.expires) return;
  const auto left = *request.caller.expires - shared_.clock.wall();
  shared_.timer.after(left, [this, id] { close(id); });
}

void SseSessions::post(std::string_view session_id, const HttpRequest& request,
                       Responder& responder) {
  const auto session = find(session_id, request.caller);
  if (!session) return responder.finish(404, {});
  auto parsed = parse_json(request.body, shared_.options.json);
  if (!parsed) {
    Reply reply = unreadable_reply({.fault = Fault::Parse, .message = parsed.error().message},
                                   Revision::V2024_11_05);
    return responder.finish(reply.status, std::move(reply.frame));
  }
  responder.finish(202, {});
  session->conversation.receive(*std::move(parsed));
}

void SseSessions::shut_down() {
  std::map<std::string, std::shared_ptr<Open>, std::less<>> ended;
  {
    MutexLock lock(mutex_);
    ended.swap(sessions_);
  }
  for (const auto& [id, session] : ended) {
    session->conversation.shut_down();
    session->conversation.end();
    session->stream->finish();
  }
}

std::shared_ptr<SseSessions::Open> SseSessions::find(std::string_view id, const Caller& caller) {
  MutexLock lock(mutex_);
  const auto found = sessions_.find(id);
  // Another caller's session is an unknown one.
  if (found == sessions_.end() || found->second->name != caller.name) return nullptr;
  return found->second;
}

void SseSessions::close(const std::string& id) {
  std::shared_ptr<Open> closed;
  {
    MutexLock lock(mutex_);
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    closed = std::move(found->second);
    sessions_.erase(found);
  }
  closed->conversation.end();
  closed->stream->finish();
}

}  // namespace tier0::mcp
