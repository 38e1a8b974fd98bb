#include "server/transport/http_server.h"

#include <arpa/inet.h>
#include <ifaddrs.h>

#include <catch2/catch.hpp>
#include <set>

#include "tests/transport/test_server.h"

using namespace tier0;
using namespace tier0::transport;

namespace {

/// Addresses of this machine other than 127.0.0.1, another loopback one among them.
std::set<std::string> other_addresses() {
  std::set<std::string> out{"127.0.0.2"};
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return out;
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
    sockaddr_in address{};
    std::memcpy(&address, each->ifa_addr, sizeof address);
    char text[INET_ADDRSTRLEN];
    ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
    if (std::string(text) != "127.0.0.1") out.insert(text);
  }
  ::freeifaddrs(list);
  return out;
}

}  // namespace

TEST_CASE("a modern call is answered in one piece", "[transport][http]") {
  TestServer server;
  RawClient client = server.connect();

  client.send(modern_call("echo", R"({"text":"hello"})"));
  const RawAnswer answer = client.read_answer();

  CHECK(answer.status == 200);
  CHECK(answer.headers.at("content-type") == "application/json");
  CHECK(answer.headers.contains("content-length"));
  CHECK(!answer.headers.contains("mcp-session-id"));
  CHECK(text_of(answer.body) == "hello");
}

TEST_CASE("a legacy session lists and calls", "[transport][http]") {
  TestServer server;
  RawClient client = server.connect();
  const std::string session = begin_session(client);

  client.send(legacy_call(session, "echo", R"({"text":"hello"})"));

  CHECK(text_of(client.read_answer().body) == "hello");
}

TEST_CASE("the same path is served with and without a slash at its end", "[transport][http]") {
  TestServer server;
  RawClient client = server.connect();
  std::string request = modern_call("echo", R"({"text":"hello"})");
  request.replace(request.find("/mcp "), 5, "/mcp/ ");

  client.send(request);

  CHECK(client.read_answer().status == 200);
}

TEST_CASE("one connection carries many requests, pipelined ones too", "[transport][http]") {
  TestServer server;
  RawClient client = server.connect();

  std::string requests;
  for (int i = 0; i < 20; ++i)
    requests += modern_call("echo", R"({"text":")" + std::to_string(i) + "\"}");
  client.send(requests);

  for (int i = 0; i < 20; ++i) REQUIRE(text_of(client.read_answer().body) == std::to_string(i));
}

TEST_CASE("a client that asks for it finds its connection closed", "[transport][http]") {
  TestServer server;
  RawClient client = server.connect();
  std::string request = modern("tools/list");
  request.insert(request.find("Host"), "Connection: close\r\n");

  client.send(request);

  CHECK(client.read_answer().headers.at("connection") == "close");
  CHECK(client.is_closed_by_peer());
}

TEST_CASE("a body in chunks is read as one in a piece", "[transport][http]") {
  TestServer server;
  RawClient client = server.connect();
  std::string request = modern_call("echo", R"({"text":"hello"})");
  const std::size_t body = request.find("\r\n\r\n") + 4;
  const std::string bytes = request.substr(body);
  request =
      request.substr(0, request.find("Content-Length")) + "Transfer-Encoding: chunked\r\n\r\n";
  for (const char c : bytes) request += "1\r\n" + std::string(1, c) + "\r\n";
  request += "0\r\n\r\n";

  client.send(request + modern("tools/list"));

  CHECK(text_of(client.read_answer().body) == "hello");
  CHECK(client.read_answer().status == 200);
}

TEST_CASE("a client that waits for 100 Continue gets it only if it may call", "[transport][http]") {
  TestServer server;
  RawClient allowed = server.connect();
  RawClient refused = server.connect();
  const std::string request = modern("tools/list");
  const std::size_t body = request.find("\r\n\r\n");
  const std::string head = request.substr(0, body) + "\r\nExpect: 100-continue\r\n\r\n";
  std::string bad = head;
  bad.replace(bad.find("alice"), 5, "mallo");

  allowed.send(head);
  refused.send(bad);

  CHECK(allowed.read_head().status == 100);
  allowed.send(request.substr(body + 4));
  CHECK(allowed.read_answer().status == 200);
  CHECK(refused.read_answer().status == 401);
  CHECK(refused.is_closed_by_peer());
}

TEST_CASE("an accepted notification is answered 202 without a body", "[transport][http]") {
  TestServer server;
  RawClient client = server.connect();
  const std::string session = begin_session(client);

  client.send(post(R"({"jsonrpc":"2.0","method":"notifications/whatever"})", "alice",
                   "Mcp-Session-Id: " + session + "\r\n"));
  const RawAnswer answer = client.read_answer();

  CHECK(answer.status == 202);
  CHECK(answer.body.empty());
}

TEST_CASE("a session that is deleted is gone", "[transport][http]") {
  TestServer server;
  RawClient client = server.connect();
  const std::string session = begin_session(client);
  const std::string head = "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ";

  client.send(head + "alice\r\nMcp-Session-Id: " + session + "\r\n\r\n");
  const RawAnswer deleted = client.read_answer();
  client.send(legacy_call(session, "echo"));
  const RawAnswer after = client.read_answer();

  CHECK(deleted.status / 100 == 2);
  CHECK(deleted.body.empty());
  CHECK(after.status == 404);
}

TEST_CASE("a 204 has no Content-Length", "[transport][http]") {
  HttpOptions options = two_callers();
  options.origins = {"http://console.internal"};
  TestServer server(options);
  RawClient client = server.connect();

  client.send(
      "OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: http://console.internal\r\n"
      "Access-Control-Request-Method: POST\r\n\r\n");
  const RawAnswer answer = client.read_head();

  CHECK(answer.status == 204);
  CHECK(!answer.headers.contains("content-length"));
  CHECK(answer.headers.at("access-control-allow-origin") == "http://console.internal");
}

TEST_CASE("a token in the URL is no token", "[transport][http]") {
  TestServer server;
  RawClient client = server.connect();

  client.send(
      "POST /mcp?access_token=alice&token=alice HTTP/1.1\r\nHost: localhost\r\n"
      "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");

  CHECK(client.read_answer().status == 401);
}

TEST_CASE("a server is reached through its own address only", "[transport][http]") {
  TestServer server;

  for (const std::string& address : other_addresses()) {
    INFO(address);
    CHECK(!RawClient(server.http().port(), address).is_connected());
  }
  CHECK(server.connect().is_connected());
}

TEST_CASE("a second server on a taken port is refused", "[transport][http]") {
  TestServer server;
  HttpOptions options = two_callers();
  options.port = server.http().port();

  const auto second = HttpServer::start(server.endpoint(), options);

  REQUIRE(!second);
  CHECK(second.error().code == Code::Conflict);
}

TEST_CASE("a server tells where it listens", "[transport][http]") {
  TestServer server;

  CHECK(server.http().port() > 0);
  CHECK(server.http().url() == "http://127.0.0.1:" + std::to_string(server.http().port()) + "/mcp");
}

TEST_CASE("a server on IPv6 loopback writes its address in brackets", "[transport][http]") {
  HttpOptions options = two_callers();
  options.host = "::1";
  SystemClock clock;
  WorkerPool pool(1, 8);
  EchoService service;
  mcp::Endpoint endpoint(service, pool, clock);

  const auto started = HttpServer::start(endpoint, options);

  if (!started) {
    WARN("SKIPPED: no IPv6 loopback here");
    return;
  }
  CHECK((*started)->url() == "http://[::1]:" + std::to_string((*started)->port()) + "/mcp");
}

TEST_CASE("metrics count requests, connections and streams", "[transport][http]") {
  TestServer server;
  RawClient client = server.connect();
  client.send(modern("tools/list"));
  REQUIRE(client.read_answer().status == 200);

  client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const RawAnswer answer = client.read_answer();

  CHECK(answer.headers.at("content-type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK_THAT(answer.body, Catch::Contains("\ntier0_http_calls_total 1\n"));
  CHECK_THAT(answer.body, Catch::Contains("\ntier0_http_connections_open 1\n"));
  CHECK_THAT(answer.body, Catch::Contains("\ntier0_http_streams_open 0\n"));
  CHECK_THAT(answer.body, Catch::Contains("\ntier0_http_requests_total{status=\"2xx\"} 1\n"));
}
