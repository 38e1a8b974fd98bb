#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/result.h"
#include "server/base/secret.h"

namespace tier0 {

struct HttpHeader {
  std::string name;
  std::string value;
};

/// A header whose value is `prefix` followed by a credential; neither is ever part of an error.
struct SecretHeader {
  std::string name;
  std::string prefix;
  Secret value;
};

/// Once: the bytes go out at most one time. A connection that was kept open may have died, and
/// libcurl then sends the request again by itself, a POST included; so such a request gets a
/// connection of its own.
enum class Delivery { Repeatable, Once };

struct HttpResponse {
  int status = 0;
  std::vector<HttpHeader> headers = {};  // names in lower case
  std::string body = {};

  /// The first of that lower-case name, or null.
  const std::string* header(std::string_view name) const;
};

/// Takes the body of an answer as it arrives. Called on the sender's thread; must not throw.
class BodySink {
 public:
  virtual ~BodySink() = default;
  /// Once, before the first bytes of a body. False ends the transfer.
  virtual bool begin(const HttpResponse& head) = 0;
  virtual bool add(std::string_view bytes) = 0;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // absolute
  std::vector<HttpHeader> headers = {};
  std::vector<SecretHeader> secret_headers = {};
  std::string body = {};
  Delivery delivery = Delivery::Repeatable;
  std::chrono::milliseconds timeout = std::chrono::seconds(60);
  std::size_t response_limit = 4 * 1024 * 1024;  // bytes of the body
  BodySink* sink = nullptr;  // gets the body instead of the response, without a limit
};

/// No: not one byte of the request can have left.
enum class Sent { No, Maybe };

/// Any complete answer is a response, whatever its status. Error kinds: cancelled, timeout (the
/// deadline or the request's own), upstream (no connection, no trust, no complete answer),
/// internal (a malformed request).
struct HttpReply {
  Sent sent = Sent::No;
  Result<HttpResponse> response;
};

}  // namespace tier0
