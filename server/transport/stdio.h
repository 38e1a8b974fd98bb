#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>

#include "server/base/result.h"
#include "server/mcp/endpoint.h"
#include "server/transport/descriptor.h"

namespace tier0::transport {

struct StdioOptions {
  std::size_t line = std::size_t{4} * 1024 * 1024;  // longer lines are refused
  std::chrono::milliseconds flush{1000};            // what waits at the end may take so long
};

/// One client on a pair of descriptors: pipes, or one socket twice. Who it is was fixed before.
class StdioTransport {
 public:
  /// Does not own the descriptors. The endpoint outlives the transport.
  StdioTransport(mcp::Endpoint& endpoint, mcp::Caller caller, int in, int out,
                 StdioOptions options = {})
      : endpoint_(endpoint), caller_(std::move(caller)), in_(in), out_(out), options_(options) {}

  /// Serves until the client closes its end or `stop` is requested: then running calls are
  /// cancelled and what waits is written. Kind upstream if the descriptor cannot be read or
  /// written, or the client reads so slowly that an answer was lost.
  Result<Unit> serve(const std::stop_token& stop);

 private:
  enum class Ended { Input, Stop, Failure };

  Ended read_lines(mcp::Peer& peer, const class LineWriter& writer, const std::stop_token& stop);

  mcp::Endpoint& endpoint_;
  const mcp::Caller caller_;
  const int in_;
  const int out_;
  const StdioOptions options_;
};

/// Takes stdout for frames alone: returns a copy of it and points descriptor 1 at stderr, so that
/// whatever a library prints cannot end up between two frames. Call it once, before anything else.
Result<Descriptor> claim_stdout();

}  // namespace tier0::transport
