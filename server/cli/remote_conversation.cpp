#include "server/cli/remote_conversation.h"

#include <utility>

#include "server/base/log.h"

namespace tier0::cli {
namespace {

std::string session_id_in(const HttpResponse& response) {
  const std::string* id = response.header("mcp-session-id");
  return id == nullptr ? "" : *id;
}

bool is_taken(const HttpReply& reply) {
  return reply.response && reply.response->status >= 200 && reply.response->status < 300;
}

}  // namespace

std::string agreed_revision(const Json& message) {
  const Json* result = find_member(message, "result");
  return result == nullptr ? "" : string_member(*result, "protocolVersion");
}

void RemoteConversation::write(std::string line) {
  writer_.send({.bytes = std::move(line) + "\n"});
}

void RemoteConversation::deliver(Json message, std::string line) {
  const std::string method = string_member(message, "method");
  bool is_changed = false;
  if (!method.empty()) {
    const MutexLock lock(mutex_);
    if (message.contains("id")) is_changed = questions_.show(message);
    if (method == "notifications/cancelled") is_changed = questions_.withdraw(message);
  }
  write(is_changed ? dump_json(message) : std::move(line));
}

std::optional<std::string> RemoteConversation::answer_for_server(Json response) {
  const MutexLock lock(mutex_);
  if (questions_.fit(response) == Questions::Fit::None) return std::nullopt;
  return dump_json(response);
}

bool RemoteConversation::post_quietly(const std::string& line, const Cancel& cancel) {
  for (bool may_renew = true;; may_renew = false) {
    const RemoteSession::Now session = session_.now();
    Replies replies([](const std::string&) {});
    const HttpReply reply =
        server_.post(line, RemoteSession::headers_of(session), true, replies, cancel);
    if (is_taken(reply)) return true;
    const bool is_forgotten =
        reply.response && reply.response->status == 404 && !session.id.empty();
    if (is_forgotten && may_renew && renew(session.id, cancel)) continue;
    log::warn("the server did not take a notification",
              {{"reason", reply.response ? error_of_status(reply.response->status).message
                                         : reply.response.error().message}});
    return false;
  }
}

bool RemoteConversation::renew(const std::string& lost, const Cancel& cancel) {
  if (session_.is_mine_to_renew(lost, clock(), cancel)) {
    auto agreed = shake_hands(cancel);
    std::vector<std::string> told;
    if (agreed) {
      const MutexLock lock(mutex_);
      told = questions_.next_server();
    }
    session_.renewed(std::move(agreed));
    for (std::string& line : told) write(std::move(line));
  }
  return session_.now().id != lost;
}

std::optional<RemoteSession::Now> RemoteConversation::shake_hands(const Cancel& cancel) {
  const std::vector<std::string> words = session_.handshake();
  RemoteSession::Now agreed;
  Replies replies([&agreed](const std::string& line) {
    if (const auto message = parse_json(line)) agreed.revision = agreed_revision(*message);
  });
  const HttpReply reply = server_.post(words.front(), {}, true, replies, cancel);
  if (!is_taken(reply)) return std::nullopt;
  if (const auto message = parse_json(replies.body()); message && !replies.is_stream())
    agreed.revision = agreed_revision(*message);
  agreed.id = session_id_in(*reply.response);
  if (agreed.id.empty()) return std::nullopt;
  Replies ignored([](const std::string&) {});
  if (words.size() > 1)
    server_.post(words.back(), RemoteSession::headers_of(agreed), true, ignored, cancel);
  return agreed;
}

}  // namespace tier0::cli
