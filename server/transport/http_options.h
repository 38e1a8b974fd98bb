#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/base/result.h"
#include "server/base/secret.h"
#include "server/mcp/call.h"

namespace tier0::transport {

/// Says whose token it is. Kind rate_limited is answered 429, overloaded 503, any other error 401.
/// Called from many threads at once; comparing in constant time is its business.
using Authenticate = std::function<Result<mcp::Caller>(const Secret& bearer)>;

struct HttpLimits {
  std::size_t connections = 4096;  // beyond them 503
  std::size_t streams = 16384;     // beyond them 503; a stream is no connection any more
  std::size_t body = std::size_t{4} * 1024 * 1024;
  std::size_t requests_per_connection = 100'000;

  std::chrono::milliseconds head_time{10'000};      // from the first byte of a head to its last
  std::chrono::milliseconds body_time{30'000};      // the same of a body
  std::chrono::milliseconds idle_time{75'000};      // between two requests
  std::chrono::milliseconds write_time{10'000};     // without a byte taken by the peer
  std::chrono::milliseconds comment_every{15'000};  // on an idle stream
  std::chrono::milliseconds peer_check{200};  // how late a lost peer of a waiting call is noticed
};

struct HttpOptions {
  std::string host = "127.0.0.1";  // bound exactly: an address, or a name that resolves to one
  int port = 0;                    // 0 picks a free one
  std::vector<std::string> hosts = {};
  std::vector<std::string> origins = {};
  bool sse = true;  // /sse and /messages of revision 2024-11-05

  Authenticate authenticate = {};
  /// Who a request without any token is, on a loopback bind only.
  std::optional<mcp::Caller> anonymous = {};

  std::function<bool()> is_ready = {};        // /readyz; absent: always
  std::function<std::string()> metrics = {};  // more lines for /metrics
  HttpLimits limits = {};
};

}  // namespace tier0::transport
