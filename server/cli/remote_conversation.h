#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/cli/asked.h"
#include "server/cli/questions.h"
#include "server/cli/remote_server.h"
#include "server/cli/remote_session.h"
#include "server/transport/line_writer.h"

namespace tier0::cli {

/// A client on lines and its server over HTTP, as all requests between them share it. Thread-safe.
class RemoteConversation {
 public:
  RemoteConversation(int client_out, const BaseUrl& url, Secret token, EffectOf effect_of)
      : effect_of_(std::move(effect_of)), server_(url, std::move(token)), writer_(client_out) {}

  RemoteServer& server() { return server_; }
  RemoteSession& session() { return session_; }
  const EffectOf& effect_of() const { return effect_of_; }
  const Clock& clock() const { return server_.clock(); }

  /// One message for the client.
  void write(std::string line);
  /// One of the server's, which may be a question.
  void deliver(Json message, std::string line) EXCLUDES(mutex_);
  bool is_client_gone() const { return writer_.has_failed(); }
  void flush() { writer_.finish(std::chrono::seconds(1)); }

  /// The client's answer to a question; nothing where the server that asked has gone.
  std::optional<std::string> answer_for_server(Json response) EXCLUDES(mutex_);

  /// What the client notified or answered: the server takes it and says nothing. True if it did.
  bool post_quietly(const std::string& line, const Cancel& cancel);

  /// The server has forgotten the session `lost`. True if there is another now.
  bool renew(const std::string& lost, const Cancel& cancel) EXCLUDES(mutex_);

 private:
  std::optional<RemoteSession::Now> shake_hands(const Cancel& cancel);

  const EffectOf effect_of_;
  RemoteServer server_;
  RemoteSession session_;
  Mutex mutex_;
  Questions questions_ GUARDED_BY(mutex_);
  transport::LineWriter writer_;
};

/// The revision that the answer to `initialize` names; empty for any other message.
std::string agreed_revision(const Json& message);

}  // namespace tier0::cli
