#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "server/state/hello.h"

namespace tier0 {

struct LocalServerOptions {
  std::optional<std::string> group = {};  // unix group that may connect (0660), else the owner only
  std::size_t connections = 256;          // an eighth of them kept for the server's own user
  std::chrono::milliseconds hello_within = std::chrono::seconds(5);
};

/// What the server asks of the rest. Called on the connection's own thread; all may run at once.
struct LocalHandlers {
  /// Whether this peer may be who it wants to be; its error is what the client is told.
  std::function<Result<Unit>(const Hello&, const Peer&)> admit;
  /// A plain MCP stdio stream from here on, both ways. Returns when it ends; the descriptor stays
  /// the server's, which shuts it down on a stop.
  std::function<void(int fd, const Hello&, const Peer&, std::stop_token)> on_mcp;
  /// One request, one answer.
  std::function<Json(const Json& request, const Hello&, const Peer&, std::stop_token)> on_admin;
};

/// The owner's end of STATE/tier0.sock: a thread for each connection, up to a limit. The destructor
/// ends every connection, waits for the handlers and removes the socket.
class LocalServer {
 public:
  /// Binds at once; a stale socket is replaced, so only the owner of the state directory may call.
  /// Kind not_configured for an unknown group, wrong_state where the path is something else than a
  /// socket, internal where it cannot be bound.
  static Result<std::unique_ptr<LocalServer>> start(const std::filesystem::path& socket,
                                                    LocalServerOptions options,
                                                    LocalHandlers handlers);

  class Impl;
  explicit LocalServer(std::unique_ptr<Impl> impl);
  ~LocalServer();

 private:
  const std::unique_ptr<Impl> impl_;
};

}  // namespace tier0
