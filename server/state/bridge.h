#pragma once

#include <stop_token>
#include <string>

#include "server/base/result.h"

namespace tier0 {

struct BridgeEnd {
  enum class Who { Client, Server, Stopped };
  Who who = Who::Client;
  std::string unsent = {};  // what the client said and the server never took
};

/// Carries bytes between a client's streams and a server's socket until either ends. The client's
/// end is passed on, and what the server still answers is delivered, whole lines only. SIGPIPE must
/// be ignored. Kind internal where the system refuses to poll.
Result<BridgeEnd> bridge(int client_in, int client_out, int server, const std::stop_token& stop);

}  // namespace tier0
