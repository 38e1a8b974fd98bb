// Clients on lines, and on HTTP+SSE.
#include <catch2/catch.hpp>

#include "tests/mcp/harness.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

constexpr const char* kInitialize =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})";
constexpr const char* kWait =
    R"({"jsonrpc":"2.0","id":1,"method":"tools/call",
        "params":{"name":"test_wait_for_cancel","_meta":{"progressToken":1}}})";
constexpr const char* kCall =
    R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"test_simple_text"}})";

/// The path and the session id that HTTP+SSE announces.
std::string session_of(const Harness::Reply& stream) {
  const std::string event = stream->event(0);
  const auto id = event.find("sessionId=") + 10;
  return event.substr(id, event.find('\n', id) - id);
}

Harness::Reply open_sse(Harness& harness) {
  auto stream = std::make_shared<RecordingResponder>();
  harness.endpoint().open_sse({.body = {}, .headers = {}, .caller = harness.caller}, stream);
  return stream;
}

Harness::Reply post_sse(Harness& harness, const std::string& session, const std::string& body) {
  auto reply = std::make_shared<RecordingResponder>();
  harness.endpoint().post_sse(session, {.body = body, .headers = {}, .caller = harness.caller},
                              reply);
  return reply;
}

}  // namespace

TEST_CASE("a closed line connection cancels its calls and says nothing more", "[mcp][lines]") {
  Harness harness({}, 1);
  const auto sink = std::make_shared<RecordingSink>();
  const auto peer = harness.endpoint().connect({.name = "a"}, sink);
  peer->receive(kInitialize);
  peer->receive(kWait);
  sink->message(1);

  peer->close();

  CHECK(harness.call_modern(2, "test_simple_text")->status() == 200);
  harness.endpoint().tools_changed();
  CHECK(sink->count() == 2);
}

TEST_CASE("the end of the server is told to a client on lines", "[mcp][lines][shutdown]") {
  Harness harness;
  const auto sink = std::make_shared<RecordingSink>();
  const auto peer = harness.endpoint().connect({.name = "a"}, sink);
  peer->receive(kInitialize);
  peer->receive(kWait);
  sink->message(1);
  peer->receive(
      R"({"jsonrpc":"2.0","id":"L","method":"subscriptions/listen","params":{"notifications":{},
          "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
                   "io.modelcontextprotocol/clientCapabilities":{}}}})");
  CHECK(sink->message(2)["method"] == "notifications/subscriptions/acknowledged");

  peer->shut_down();
  peer->close();

  CHECK(sink->message(3)["id"] == 1);
  CHECK(sink->message(3)["error"]["code"] == -32603);
  CHECK(sink->message(4)["id"] == "L");
  CHECK(sink->message(4)["result"]["resultType"] == "complete");
  CHECK(sink->count() == 5);
}

TEST_CASE("a line ends with or without a carriage return, and may be empty", "[mcp][lines]") {
  Harness harness;
  const auto sink = std::make_shared<RecordingSink>();
  const auto peer = harness.endpoint().connect({.name = "a"}, sink);

  peer->receive("");
  peer->receive(" \t\r");
  peer->receive("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r");

  CHECK(sink->message(0)["id"] == 1);
  CHECK(sink->count() == 1);
}

TEST_CASE("a line that was too long is answered as unreadable", "[mcp][lines]") {
  Harness harness;
  const auto sink = std::make_shared<RecordingSink>();
  const auto peer = harness.endpoint().connect({.name = "a"}, sink);

  peer->receive_too_long();

  CHECK(sink->message(0)["error"]["code"] == -32700);
  CHECK(sink->message(0).at("id").is_null());
}

TEST_CASE("a full queue is a tool's error on lines", "[mcp][lines]") {
  Harness harness({}, 1, 1);
  const auto running = harness.call_modern(1, "test_wait_for_cancel", {{"progressToken", 1}});
  running->event(0);
  const auto queued = harness.call_modern(2, "test_simple_text");
  const auto sink = std::make_shared<RecordingSink>();
  const auto peer = harness.endpoint().connect({.name = "a"}, sink);
  peer->receive(kInitialize);

  peer->receive(kCall);

  CHECK(sink->message(1)["result"]["isError"] == true);
}

TEST_CASE("one client's cancellation does not reach another's call", "[mcp][lines]") {
  Harness harness;
  const auto one_sink = std::make_shared<RecordingSink>();
  const auto other_sink = std::make_shared<RecordingSink>();
  const auto one = harness.endpoint().connect({.name = "a"}, one_sink);
  const auto other = harness.endpoint().connect({.name = "a"}, other_sink);
  one->receive(kInitialize);
  other->receive(kInitialize);
  one->receive(
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"test_tool_with_progress"}})");

  other->receive(
      R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");

  CHECK(one_sink->message(1)["id"] == 1);
}

TEST_CASE("HTTP+SSE tells where to post and answers on its stream", "[mcp][sse]") {
  Harness harness;
  const auto stream = open_sse(harness);

  const auto accepted = post_sse(harness, session_of(stream), kInitialize);

  CHECK(stream->event(0).starts_with("event: endpoint\ndata: /messages?sessionId="));
  CHECK(session_of(stream).size() == 22);
  CHECK(accepted->status() == 202);
  CHECK(stream->message(1)["result"]["protocolVersion"] == "2025-06-18");
}

TEST_CASE("HTTP+SSE refuses unknown sessions, other callers and bad JSON", "[mcp][sse]") {
  Harness harness;
  const std::string session = session_of(open_sse(harness));

  CHECK(post_sse(harness, "nobody", kInitialize)->status() == 404);
  CHECK(post_sse(harness, session, "{bad")->status() == 400);
  harness.caller = {.name = "somebody else"};
  CHECK(post_sse(harness, session, kInitialize)->status() == 404);
}

TEST_CASE("closing the stream of HTTP+SSE ends the session and its calls", "[mcp][sse]") {
  Harness harness({}, 1);
  const auto stream = open_sse(harness);
  const std::string session = session_of(stream);
  post_sse(harness, session, kInitialize);
  post_sse(harness, session, kWait);
  stream->event(2);

  stream->go();

  CHECK(harness.call_modern(1, "test_simple_text")->status() == 200);
  CHECK(post_sse(harness, session, kCall)->status() == 404);
}

TEST_CASE("the end of the server is told on the stream of HTTP+SSE", "[mcp][sse][shutdown]") {
  Harness harness;
  const auto stream = open_sse(harness);
  const std::string session = session_of(stream);
  post_sse(harness, session, kInitialize);
  post_sse(harness, session, kWait);
  stream->event(2);

  harness.endpoint().shutdown();

  CHECK(stream->message(3)["error"]["code"] == -32603);
  stream->wait_for_end();
}

TEST_CASE("a session of HTTP+SSE ends with the proof of who opened it", "[mcp][sse]") {
  Harness harness;
  harness.caller.expires = harness.clock().wall() + std::chrono::milliseconds(30);

  const auto stream = open_sse(harness);

  stream->wait_for_end();
}

TEST_CASE("sessions of HTTP+SSE are limited", "[mcp][sse]") {
  Harness harness({.sessions_per_caller = 1});
  const auto stream = open_sse(harness);

  CHECK(open_sse(harness)->status() == 429);
  stream->go();
  CHECK(open_sse(harness)->status() == 200);
}

TEST_CASE("HTTP+SSE is opened by a GET on the endpoint too", "[mcp][sse]") {
  Harness harness;

  const auto stream = harness.get({{"Accept", "text/event-stream"}});

  CHECK(stream->event(0).starts_with("event: endpoint\n"));
}
