#pragma once

#include <memory>

#include "server/mcp/http_session.h"

namespace tier0::mcp {

class SseSessions;

/// The verbs of the endpoint. Thread-safe.
class StreamableHttp {
 public:
  StreamableHttp(Shared& shared, SseSessions& sse)
      : shared_(shared), sse_(sse), sessions_(shared) {}

  void post(const HttpRequest& request, std::shared_ptr<Responder> responder);
  void get(const HttpRequest& request, const std::shared_ptr<Responder>& responder);
  void remove(const HttpRequest& request, const std::shared_ptr<Responder>& responder);
  void shut_down() { sessions_.end_all(); }

 private:
  void open_stream(const HttpSession& session, const HttpRequest& request,
                   const std::shared_ptr<Responder>& responder);

  Shared& shared_;
  SseSessions& sse_;
  HttpSessions sessions_;
};

}  // namespace tier0::mcp
