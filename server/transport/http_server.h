#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "server/base/result.h"
#include "server/mcp/endpoint.h"
#include "server/transport/http_options.h"

namespace tier0::transport {

/// The protocol over HTTP: /mcp for both eras, /sse and /messages, /healthz, /readyz, /metrics.
/// A request is read on a thread of its connection; calls run on the endpoint's executor; streams
/// are written by one thread for all. Thread-safe.
class HttpServer {
  class Parts;
  struct Key {};

 public:
  /// Binds and listens. Kind not_configured for a bind beyond loopback without `authenticate` or
  /// without hosts, and where nobody could ever call; validation for bad options; conflict where
  /// the address is taken or not this machine's. The endpoint outlives the server.
  static Result<std::unique_ptr<HttpServer>> start(mcp::Endpoint& endpoint, HttpOptions options);
  /// For start() alone.
  HttpServer(Key, std::unique_ptr<Parts> parts);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  /// http://HOST:PORT/mcp
  std::string url() const;

  /// Stops accepting, lets running requests and ending streams finish for `grace`, then cuts them,
  /// and joins. Endpoint::shutdown() goes before, so that calls and streams do end. Call it once.
  void stop(std::chrono::milliseconds grace);

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace tier0::transport
