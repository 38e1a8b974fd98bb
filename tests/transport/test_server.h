#pragma once

#include <memory>
#include <string>

#include "server/base/clock.h"
#include "server/base/worker_pool.h"
#include "server/mcp/endpoint.h"
#include "server/transport/http_server.h"
#include "tests/fakes/echo_service.h"
#include "tests/transport/raw_client.h"

namespace tier0::transport {

/// Options with two callers, `alice` and `bob`, whose tokens are their names.
HttpOptions two_callers();

/// A whole server on a free loopback port, with EchoService behind it.
class TestServer {
 public:
  explicit TestServer(HttpOptions options = two_callers(), mcp::Options protocol = {});
  ~TestServer();

  RawClient connect() const { return RawClient(http().port()); }
  HttpServer& http() const { return *http_; }
  mcp::Endpoint& endpoint() { return endpoint_; }
  EchoService& service() { return service_; }
  void stop(std::chrono::milliseconds grace);

 private:
  EchoService service_;
  SystemClock clock_;
  std::unique_ptr<WorkerPool> pool_;
  mcp::Endpoint endpoint_;
  std::unique_ptr<HttpServer> http_;
};

/// A POST to /mcp as `caller`, with `more` header lines, each ending in CRLF.
std::string post(const std::string& body, const std::string& caller = "alice",
                 const std::string& more = "", const std::string& path = "/mcp");
std::string get(const std::string& path, const std::string& caller = "alice",
                const std::string& more = "");

/// A request of the newest revision and the headers that go with it.
std::string modern(const std::string& method, const std::string& params = "",
                   const std::string& caller = "alice", int id = 1);
std::string modern_call(const std::string& tool, const std::string& arguments = "{}",
                        const std::string& caller = "alice", int id = 1);

/// Begins a legacy session and returns its id.
std::string begin_session(RawClient& client, const std::string& caller = "alice",
                          const std::string& revision = "2025-06-18");
/// tools/call in a session, with a progress token.
std::string legacy_call(const std::string& session, const std::string& tool,
                        const std::string& arguments = "{}", const std::string& caller = "alice",
                        int id = 7);

/// The first text block of a tool's result.
std::string text_of(const std::string& message);

}  // namespace tier0::transport
