#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "server/transport/request_runner.h"

namespace tier0::transport {

/// One request on its connection, while it is worked on.
struct Visit {
  BufferedSocket& socket;
  RequestHead head;
  std::optional<std::variant<HttpAnswer, Admitted>> decision = {};
  std::shared_ptr<Exchange> stream = {};  // takes the connection over once the head is written
  bool peer_gone = false;
  int status = 0;
};

/// Serves connections from their first byte to their last: cuts them into requests, has each
/// processed, and decides what becomes of the connection then. Thread-safe.
class ConnectionLoop {
 public:
  enum class After { KeepOpen, Close };
  /// Reads the body, answers into the socket's unsent bytes and fills in the visit. `Close` is what
  /// the client is to be told, and what comes back if the connection is of no more use.
  using Process = std::function<After(Visit& visit, After after)>;

  ConnectionLoop(RequestRunner& runner, Process process);

  void serve(Descriptor socket);
  /// Says that there are too many connections. Never waits.
  void refuse(Descriptor socket);
  /// Ends idle connections now, and the others after their request.
  void stop();

 private:
  enum class Next { Request, Close, Linger, Taken };

  Next serve_one(BufferedSocket& socket, RequestRunner::Registration& registration, After after);
  Next finish(Visit& visit, RequestRunner::Registration& registration, After after);
  Next reject(BufferedSocket& socket, const HttpAnswer& answer, std::string_view verb = {});

  RequestRunner& runner_;
  const Process process_;
  Descriptor stopping_;  // readable once stopped
  std::atomic<bool> is_stopping_{false};
};

}  // namespace tier0::transport
