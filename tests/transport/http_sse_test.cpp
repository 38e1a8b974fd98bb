// HTTP+SSE of revision 2024-11-05: a stream by GET, messages by POST.
#include <catch2/catch.hpp>

#include "tests/transport/test_server.h"

using namespace tier0;
using namespace tier0::transport;

namespace {

constexpr const char* kInitialize =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2024-11-05",)"
    R"("capabilities":{},"clientInfo":{"name":"test","version":"1"}}})";

/// Opens the stream and returns where to POST.
std::string open_stream(RawClient& stream, const std::string& path, const std::string& caller) {
  stream.send(get(path, caller));
  const RawAnswer head = stream.read_head();
  REQUIRE(head.status == 200);
  REQUIRE(head.headers.at("content-type") == "text/event-stream");
  const auto endpoint = stream.read_event();
  REQUIRE(endpoint);
  return *endpoint;
}

std::string call(const std::string& tool, int id = 1) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
         R"(,"method":"tools/call","params":{"name":")" + tool + R"(","arguments":{"text":"hi"}}})";
}

}  // namespace

TEST_CASE("HTTP+SSE answers on the stream what was posted", "[transport][sse]") {
  const std::string path = GENERATE("/sse", "/sse/", "/mcp");
  TestServer server;
  RawClient stream = server.connect();
  RawClient client = server.connect();
  const std::string messages = open_stream(stream, path, "alice");

  client.send(post(kInitialize, "alice", "", messages));
  const RawAnswer accepted = client.read_answer();
  const auto initialized = stream.read_event();
  client.send(post(call("echo"), "alice", "", messages));
  client.read_answer();
  const auto answer = stream.read_event();

  CHECK(messages.starts_with("/messages?sessionId="));
  CHECK(accepted.status == 202);
  REQUIRE(initialized);
  CHECK_THAT(*initialized, Catch::Contains("\"protocolVersion\":\"2024-11-05\""));
  REQUIRE(answer);
  CHECK(text_of(*answer) == "hi");
}

TEST_CASE("HTTP+SSE knows a session for its own caller only", "[transport][sse]") {
  TestServer server;
  RawClient stream = server.connect();
  const std::string messages = open_stream(stream, "/sse", "alice");
  RawClient thief = server.connect();
  RawClient lost = server.connect();

  thief.send(post(kInitialize, "bob", "", messages));
  lost.send(post(kInitialize, "alice", "", "/messages?sessionId=none"));

  CHECK(thief.read_answer().status == 404);
  CHECK(lost.read_answer().status == 404);
}

TEST_CASE("HTTP+SSE ends its session and calls when the stream is closed", "[transport][sse]") {
  TestServer server;
  RawClient client = server.connect();
  std::string messages;
  {
    RawClient stream = server.connect();
    messages = open_stream(stream, "/sse", "alice");
    client.send(post(kInitialize, "alice", "", messages));
    REQUIRE(client.read_answer().status == 202);
    REQUIRE(stream.read_event());
    client.send(post(call("hold"), "alice", "", messages));
    REQUIRE(client.read_answer().status == 202);
    REQUIRE(server.service().wait_for_held(1));
  }

  CHECK(server.service().wait_for_cancelled(1));
  client.send(post(call("echo"), "alice", "", messages));
  CHECK(client.read_answer().status == 404);
}

TEST_CASE("HTTP+SSE that is switched off is not there", "[transport][sse]") {
  HttpOptions options = two_callers();
  options.sse = false;
  TestServer server(options);
  RawClient client = server.connect();

  client.send(get("/sse"));

  CHECK(client.read_answer().status == 404);
}
