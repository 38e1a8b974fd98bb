#pragma once

#include <memory>
#include <optional>

#include "server/jsonrpc/message.h"
#include "server/mcp/shared.h"

namespace tier0::mcp {

/// What the revisions with a handshake have in common on every transport.

/// A session, and who speaks in it now: the same name as at its start, with fresh proof.
struct Speaker {
  std::shared_ptr<Session> session;
  Caller caller;
  bool over_http = false;
};

/// `channel` leads back to the client.
void handle_request(Shared& shared, const Speaker& speaker, jsonrpc::Request request,
                    std::shared_ptr<Channel> channel);
void handle_notification(Session& session, const jsonrpc::Notification& notification);
void handle_response(Session& session, const jsonrpc::Response& response);

/// An array of messages. The error says why it is none that can be taken; nothing was done then.
std::optional<ProtocolError> check_batch(const Json& array, std::size_t limit);
/// Each request is answered within one array; without any, `channel` is left alone. True if there
/// was a request.
bool handle_batch(Shared& shared, const Speaker& speaker, Json array,
                  const std::shared_ptr<Channel>& channel);

}  // namespace tier0::mcp
