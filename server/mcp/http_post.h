#pragma once

#include <memory>
#include <string>

#include "server/jsonrpc/message.h"
#include "server/mcp/headers.h"
#include "server/mcp/http_session.h"

namespace tier0::mcp {

/// One POST to the endpoint: finds out which era it speaks, refuses what is wrong before any byte
/// is sent, and dispatches the rest. Lives for the length of the call; nothing in it waits.
class HttpPost {
 public:
  HttpPost(Shared& shared, HttpSessions& sessions, const HttpRequest& request,
           std::shared_ptr<Responder> responder);

  void handle();

 private:
  // What the body is.
  void handle_array(Json array);
  void handle_response(const jsonrpc::Response& response);
  void handle_notification(const jsonrpc::Notification& notification);
  void handle_request(jsonrpc::Request request);
  // What a request turns out to be.
  void handle_modern(jsonrpc::Request request);
  void handle_initialize(const jsonrpc::Request& request);
  void handle_legacy(jsonrpc::Request request);

  bool header_is_modern() const;
  /// The session that the request names. Null: it was refused.
  std::shared_ptr<HttpSession> require_session(const Json* id);
  std::shared_ptr<Channel> legacy_channel(const HttpSession& session) const;
  /// Whose rules hold for an answer to what is no request.
  Revision assumed() const;
  void refuse(const Json* id, const ProtocolError& error, Revision revision);
  void refuse(const Json* id, const ProtocolError& error, Revision revision, int status);
  void finish(Reply reply);
  void accept();

  Shared& shared_;
  HttpSessions& sessions_;
  const HttpRequest& request_;
  const std::shared_ptr<Responder> responder_;
  const Accepts accepts_;
  const HeaderValue version_;
};

}  // namespace tier0::mcp
