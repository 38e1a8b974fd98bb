#pragma once

#include <functional>
#include <memory>
#include <string>

#include "server/base/result.h"
#include "server/sandbox/message.h"

namespace tier0::sandbox {

/// A small HTTP server on loopback around one function. Thread-safe.
class HttpServer {
 public:
  /// Called from several threads at once.
  using Handler = std::function<Response(const Request&)>;

  /// Listens on HOST:PORT; port 0 picks one. Kind not_configured where the address is not loopback
  /// or taken.
  static Result<std::unique_ptr<HttpServer>> open(const std::string& address, Handler handler);

  virtual ~HttpServer() = default;  // stops
  /// http://HOST:PORT
  virtual const std::string& url() const = 0;
  /// Ends waits in flight, then waits for their requests.
  virtual void stop() = 0;
};

}  // namespace tier0::sandbox
