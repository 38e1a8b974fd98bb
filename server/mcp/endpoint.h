#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/base/clock.h"
#include "server/base/executor.h"
#include "server/mcp/options.h"
#include "server/mcp/responder.h"
#include "server/mcp/service.h"

namespace tier0::mcp {

/// The way to a client that reads lines: one JSON text each. Implemented by the transport.
class LineSink {
 public:
  virtual ~LineSink() = default;
  /// Queues `event.bytes`, which end in a newline. Never blocks on the peer, never calls back.
  /// False once the peer is gone or too slow.
  virtual bool send(Event event) = 0;
};

/// One client on a pipe or a socket that carries lines. Both eras may interleave on it.
class Peer {
 public:
  virtual ~Peer() = default;
  /// One line, without its newline. Calls come one after another.
  virtual void receive(std::string_view line) = 0;
  /// A line that was longer than the transport allows; its content is lost.
  virtual void receive_too_long() = 0;
  /// The server ends: what runs and what listens is answered so. close() follows.
  virtual void shut_down() = 0;
  /// End of input: cancels what runs and ends what listens. Nothing is sent afterwards.
  virtual void close() = 0;
};

/// The protocol: everything between the bytes of a transport and a Service, for all revisions at
/// once. Thread-safe. No method waits for a handler or for a client.
class Endpoint {
 public:
  /// All references outlive the endpoint. Before it goes, the executor is stopped and every Call
  /// that a handler kept is dropped.
  Endpoint(Service& service, Executor& executor, const Clock& clock, Options options = {});
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  /// Streamable HTTP, the modern POST included. The responder is answered exactly once, now or
  /// later. A verb that is not offered is answered 405 with Allow.
  void post(const HttpRequest& request, std::shared_ptr<Responder> responder);
  void get(const HttpRequest& request, std::shared_ptr<Responder> responder);
  void remove(const HttpRequest& request, std::shared_ptr<Responder> responder);

  /// HTTP+SSE. The client is told to POST to Options::messages_path with "?sessionId=…".
  void open_sse(const HttpRequest& request, std::shared_ptr<Responder> responder);
  void post_sse(std::string_view session_id, const HttpRequest& request,
                std::shared_ptr<Responder> responder);

  /// A client on lines. The peer must not outlive the endpoint.
  std::unique_ptr<Peer> connect(Caller caller, std::shared_ptr<LineSink> sink);

  /// Told to every client that listens; returns at once.
  void tools_changed();
  void prompts_changed();
  void resources_changed();
  void resource_updated(const std::string& uri);

  /// Over HTTP: cancels what runs, ends every stream (listens with their result) and refuses what
  /// comes: 503. Clients on lines are told by Peer::shut_down(). Called once, before the transports
  /// stop.
  void shutdown();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tier0::mcp
