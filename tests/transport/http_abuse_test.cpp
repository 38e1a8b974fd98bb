#include <poll.h>

#include <catch2/catch.hpp>

#include "tests/transport/test_server.h"

using namespace tier0;
using namespace tier0::transport;
using namespace std::chrono_literals;

namespace {

HttpOptions impatient() {
  HttpOptions options = two_callers();
  options.limits.head_time = 200ms;
  options.limits.body_time = 200ms;
  options.limits.idle_time = 200ms;
  options.limits.body = 64 * 1024;
  return options;
}

std::string with_line(const std::string& line) {
  std::string request = modern("tools/list");
  return request.insert(request.find("Content-Length"), line + "\r\n");
}

std::string without_line(const std::string& name) {
  std::string request = modern("tools/list");
  const std::size_t at = request.find(name);
  return request.erase(at, request.find("\r\n", at) + 2 - at);
}

std::string as_verb(const std::string& verb) {
  std::string request = modern("tools/list");
  return request.replace(0, 4, verb);
}

int status_of(const TestServer& server, const std::string& bytes) {
  RawClient client = server.connect();
  client.send(bytes);
  return client.read_head().status;
}

}  // namespace

TEST_CASE("requests that break HTTP or our rules are refused on the wire", "[transport][abuse]") {
  static TestServer server(impatient());
  const auto [what, bytes, status] = GENERATE(table<std::string, std::string, int>({
      {"nothing wrong", modern("tools/list"), 200},
      {"two lengths", with_line("Content-Length: 5"), 400},
      {"length and chunks", with_line("Transfer-Encoding: chunked"), 400},
      {"encoded length", with_line("Content-Length: %31"), 400},
      {"unknown coding", with_line("Transfer-Encoding: xchunked"), 400},
      {"bare line feed", with_line("X: a\nY: b"), 400},
      {"folded line", with_line("X: a\r\n b"), 400},
      {"two hosts", with_line("Host: localhost"), 400},
      {"foreign host", "GET /healthz HTTP/1.1\r\nHost: localhost.evil.com\r\n\r\n", 403},
      {"encoded host", "GET /healthz HTTP/1.1\r\nHost: loc%61lhost\r\n\r\n", 403},
      {"no host", "GET /healthz HTTP/1.1\r\n\r\n", 400},
      {"absolute target", "GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"encoded path", "GET /%68ealthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 404},
      {"foreign origin", with_line("Origin: http://evil.com"), 403},
      {"null origin", with_line("Origin: null"), 403},
      {"huge header", with_line("X: " + std::string(20'000, 'a')), 431},
      {"endless head", "GET / HTTP/1.1\r\n" + std::string(100'000, 'a'), 431},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
      {"not HTTP", "\x16\x03\x01\x02\r\n\r\n", 400},
      {"HEAD", as_verb("HEAD"), 405},
      {"PUT", as_verb("PUT"), 405},
      {"unknown verb", as_verb("BREW"), 405},
      {"no token", without_line("Authorization"), 401},
      {"no media type", without_line("Content-Type"), 415},
      {"no length", without_line("Content-Length"), 411},
      {"compressed", with_line("Content-Encoding: gzip"), 415},

      {"declared too large",
       "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer alice\r\n"
       "Content-Type: application/json\r\nContent-Length: 999999\r\n\r\n",
       413},
      {"range", with_line("Range: bytes=999999-"), 200},
      {"expect", with_line("Expect: cookies"), 417},
  }));
  INFO(what);
  CHECK(status_of(server, bytes) == status);
}

TEST_CASE("a refused request takes its connection with it", "[transport][abuse]") {
  TestServer server;
  RawClient client = server.connect();

  client.send(
      "GET /healthz HTTP/1.1\r\nHost: evil.com\r\n\r\nGET /healthz HTTP/1.1\r\nHost: "
      "localhost\r\n\r\n");

  CHECK(client.read_answer().status == 403);
  CHECK(client.read_answer().status == 0);
}

TEST_CASE("the body of a refused request is not taken for a request", "[transport][abuse]") {
  TestServer server;
  RawClient client = server.connect();
  const std::string smuggled = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

  client.send(post(smuggled, "mallory") + smuggled);

  CHECK(client.read_answer().status == 401);
  CHECK(client.read_answer().status == 0);
}

TEST_CASE("the body of a refused request is not waited for", "[transport][abuse]") {
  TestServer server;
  RawClient client = server.connect();
  const std::string request = post(std::string(1000, 'x'), "mallory");

  client.send(request.substr(0, request.size() - 1000));

  CHECK(client.read_answer().status == 401);
  CHECK(client.is_closed_by_peer());
}

TEST_CASE("a chunked body beyond the limit is refused while it arrives", "[transport][abuse]") {
  TestServer server(impatient());
  RawClient client = server.connect();
  std::string request = modern("tools/list");
  request =
      request.substr(0, request.find("Content-Length")) + "Transfer-Encoding: chunked\r\n\r\n";
  const std::string chunk = "4000\r\n" + std::string(0x4000, ' ') + "\r\n";

  client.send(request);
  for (int i = 0; i < 10; ++i) client.send(chunk);

  CHECK(client.read_head().status == 413);
  CHECK(client.is_closed_by_peer());
}

TEST_CASE("a body that breaks its chunks is refused", "[transport][abuse]") {
  TestServer server(impatient());
  std::string request = modern("tools/list");
  request =
      request.substr(0, request.find("Content-Length")) + "Transfer-Encoding: chunked\r\n\r\n";

  CHECK(status_of(server, request + "zz\r\n{}\r\n0\r\n\r\n") == 400);
  CHECK(status_of(server, request + "-1\r\n{}\r\n0\r\n\r\n") == 400);
}

TEST_CASE("a head that does not end is given up on", "[transport][abuse]") {
  TestServer server(impatient());
  RawClient client = server.connect();

  // Each byte alone would renew a timeout between two reads.
  client.send("GET /healthz HTTP/1.1\r\n");
  bool open = true;
  for (int i = 0; i < 1000 && open; ++i) {
    open = client.send("X");
    pollfd ready{.fd = client.fd(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 10) > 0) break;
  }

  CHECK(client.read_head().status == 408);
  CHECK(client.is_closed_by_peer());
}

TEST_CASE("a body that does not arrive is given up on", "[transport][abuse]") {
  TestServer server(impatient());
  RawClient client = server.connect();
  const std::string request = modern("tools/list");

  client.send(request.substr(0, request.size() - 1));

  CHECK(client.is_closed_by_peer());
}

TEST_CASE("a connection that says nothing is closed", "[transport][abuse]") {
  TestServer server(impatient());
  RawClient fresh = server.connect();
  RawClient used = server.connect();
  used.send(modern("tools/list"));
  REQUIRE(used.read_answer().status == 200);

  CHECK(fresh.is_closed_by_peer());
  CHECK(used.is_closed_by_peer());
}

TEST_CASE("connections beyond the limit are told so, and served again later",
          "[transport][abuse]") {
  HttpOptions options = two_callers();
  options.limits.connections = 2;
  TestServer server(options);
  RawClient first = server.connect();
  {
    RawClient second = server.connect();
    first.send(modern("tools/list"));
    second.send(modern("tools/list"));
    REQUIRE(first.read_answer().status == 200);
    REQUIRE(second.read_answer().status == 200);
    RawClient third = server.connect();
    third.send(modern("tools/list"));
    const RawAnswer refused = third.read_answer();
    CHECK(refused.status == 503);
    CHECK(refused.headers.contains("retry-after"));
  }

  int status = 503;
  const auto give_up = std::chrono::steady_clock::now() + 10s;
  while (status == 503 && std::chrono::steady_clock::now() < give_up)
    status = status_of(server, modern("tools/list"));
  CHECK(status == 200);
}

TEST_CASE("a client that never reads its answer is dropped", "[transport][abuse]") {
  HttpOptions options = two_callers();
  options.limits.write_time = 200ms;
  TestServer server(options);
  RawClient client = server.connect();
  const std::string request =
      modern_call("echo", R"({"text":")" + std::string(1'000'000, 'x') + "\"}");

  bool open = true;
  for (int i = 0; i < 20 && open; ++i) open = client.send(request);

  CHECK(client.is_closed_by_peer());
}
