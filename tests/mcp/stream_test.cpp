// Streams of legacy sessions: left, come back to, shared and lost.
#include <catch2/catch.hpp>

#include "tests/mcp/harness.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

Harness::Headers stream_of(const std::string& session) {
  return {{"Mcp-Session-Id", session}, {"Accept", "text/event-stream"}};
}

Harness::Headers resume(const std::string& session, const std::string& last) {
  auto headers = stream_of(session);
  headers["Last-Event-ID"] = last;
  return headers;
}

std::string method_of(const Json& message) {
  return string_member(message, "method");
}

}  // namespace

TEST_CASE("a GET stream carries what belongs to no call", "[mcp][stream]") {
  Harness harness;
  const std::string session = harness.open_session("2025-06-18");
  const auto stream = harness.get(stream_of(session));

  harness.endpoint().tools_changed();

  CHECK(stream->status() == 200);
  CHECK(method_of(stream->message(0)) == "notifications/tools/list_changed");
  CHECK_FALSE(stream->has_ended());
}

TEST_CASE("a second GET stream takes the place of the first", "[mcp][stream]") {
  Harness harness;
  const std::string session = harness.open_session("2025-06-18");
  const auto first = harness.get(stream_of(session));
  const auto second = harness.get(stream_of(session));

  harness.endpoint().prompts_changed();

  first->wait_for_end();
  CHECK(first->events() == 0);
  CHECK(method_of(second->message(0)) == "notifications/prompts/list_changed");
}

TEST_CASE("a client that lost its GET stream gets what it missed", "[mcp][stream]") {
  Harness harness;
  const std::string session = harness.open_session("2025-06-18");
  const auto lost = harness.get(stream_of(session));
  harness.endpoint().tools_changed();
  lost->event(0);
  lost->go();
  harness.endpoint().prompts_changed();

  const auto back = harness.get(resume(session, "s0_0"));

  CHECK(method_of(back->message(0)) == "notifications/prompts/list_changed");
  CHECK(back->event(0).starts_with("id: s0_1\n"));
}

TEST_CASE("a call of 2025-11-25 may leave its stream and finish on another", "[mcp][stream]") {
  Harness harness;
  const std::string session = harness.open_session("2025-11-25");

  const auto left = harness.call_in(session, 5, "test_reconnection");
  left->wait_for_end();

  CHECK(left->event(0) == "id: s1_0\nretry: 500\ndata: \n\n");
  CHECK(left->events() == 1);
  const auto back = harness.get(resume(session, "s1_0"));
  CHECK(back->message(0)["id"] == 5);
  back->wait_for_end();
}

TEST_CASE("older revisions cannot leave a stream", "[mcp][stream]") {
  Harness harness;
  const std::string session = harness.open_session("2025-06-18");

  const auto reply = harness.call_in(session, 5, "test_reconnection");

  CHECK(reply->body()["id"] == 5);
}

TEST_CASE("a finished answer is sent again to a client that missed it", "[mcp][stream]") {
  Harness harness;
  const std::string session = harness.open_session("2025-06-18");
  const auto first =
      harness.call_in(session, 5, "test_streaming_elicitation", {{"progressToken", "p"}});
  first->wait_for_end();

  const auto again = harness.get(resume(session, "s1_0"));

  again->wait_for_end();
  REQUIRE(again->events() == 1);
  CHECK(again->message(0)["id"] == 5);
}

TEST_CASE("a stream that nobody knows is an empty one", "[mcp][stream]") {
  Harness harness;
  const std::string session = harness.open_session("2025-11-25");
  const char* id = GENERATE("s9_0", "nonsense", "s1_x", "");
  INFO(id);

  const auto stream = harness.get(resume(session, id));

  CHECK(stream->status() == 200);
  stream->wait_for_end();
  CHECK(stream->events() == 0);
}

TEST_CASE("one session's streams are unknown in another", "[mcp][stream]") {
  Harness harness;
  const std::string one = harness.open_session("2025-06-18");
  const std::string other = harness.open_session("2025-06-18");
  harness.call_in(one, 5, "test_streaming_elicitation", {{"progressToken", "p"}})->wait_for_end();

  const auto stream = harness.get(resume(other, "s1_0"));

  stream->wait_for_end();
  CHECK(stream->events() == 0);
}

TEST_CASE("a lost connection does not cancel a legacy call", "[mcp][stream]") {
  Harness harness;
  const std::string session = harness.open_session("2025-06-18");
  const auto lost = harness.call_in(session, 5, "test_tool_with_progress", {{"progressToken", 1}});
  lost->event(0);

  lost->go();

  const auto back = harness.get(resume(session, "s1_0"));
  back->wait_for_end();
  CHECK(back->message(back->events() - 1)["id"] == 5);
}

TEST_CASE("a replay holds only so much", "[mcp][stream]") {
  Harness harness({.replay_events = 2});
  const std::string session = harness.open_session("2025-06-18");
  harness.endpoint().tools_changed();
  harness.endpoint().prompts_changed();
  harness.endpoint().resources_changed();

  const auto back = harness.get(resume(session, "s0_0"));

  CHECK(method_of(back->message(0)) == "notifications/prompts/list_changed");
  CHECK(method_of(back->message(1)) == "notifications/resources/list_changed");
}

TEST_CASE("an answer that takes long becomes a stream", "[mcp][stream]") {
  Harness harness({.stream_after = std::chrono::milliseconds(10)});
  const std::string session = harness.open_session("2025-11-25");

  const auto waiting = harness.call_in(session, 5, "test_wait_for_cancel");

  CHECK(waiting->event(0).starts_with("id: s1_0\nretry: "));
  CHECK_FALSE(waiting->has_ended());
}

TEST_CASE("a cancelled legacy call ends without an answer", "[mcp][stream]") {
  Harness harness;
  const std::string session = harness.open_session("2025-06-18");
  const auto running = harness.call_in(session, 5, "test_wait_for_cancel", {{"progressToken", 1}});
  running->event(0);

  const auto accepted = harness.in_session(
      session,
      {{"jsonrpc", "2.0"}, {"method", "notifications/cancelled"}, {"params", {{"requestId", 5}}}});

  CHECK(accepted->status() == 202);
  running->wait_for_end();
  CHECK(running->events() == 1);
}

TEST_CASE("a client that accepts only streams gets one", "[mcp][stream]") {
  Harness harness;

  const auto reply = harness.post(
      R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})",
      {{"Accept", "text/event-stream"}});

  CHECK(reply->status() == 200);
  CHECK(reply->message(0)["id"] == 0);
  CHECK_FALSE(reply->header("Mcp-Session-Id").empty());
  reply->wait_for_end();
}

TEST_CASE("a client that accepts only JSON gets the answer alone", "[mcp][stream]") {
  Harness harness;
  const std::string session = harness.open_session("2025-06-18", {{"elicitation", Json::object()}});
  const Harness::Headers json = {{"Accept", "application/json"}};

  const auto logged =
      harness.call_in(session, 1, "test_logging_tool", {{"progressToken", 1}}, json);
  const auto asked = harness.call_in(session, 2, "test_elicitation", Json::object(), json);

  CHECK(logged->body()["id"] == 1);
  CHECK(asked->body()["result"]["isError"] == true);
}

TEST_CASE("a client that accepts neither form is told so", "[mcp][stream]") {
  Harness harness;
  const std::string session = harness.open_session("2025-06-18");

  CHECK(harness.post("{}", {{"Accept", "text/html"}})->status() == 406);
  CHECK(harness.get({{"Mcp-Session-Id", session}, {"Accept", "application/json"}})->status() ==
        406);
}

TEST_CASE("a GET that names neither a session nor the old transport is not allowed",
          "[mcp][stream]") {
  Harness harness({.sse_on_endpoint = false});

  const auto reply = harness.get({{"Accept", "text/event-stream"}});

  CHECK(reply->status() == 405);
  CHECK(reply->header("Allow") == "POST");
}

TEST_CASE("a GET of a later client without a session is not HTTP+SSE", "[mcp][stream]") {
  Harness harness;

  const auto reply =
      harness.get({{"Accept", "text/event-stream"}, {"MCP-Protocol-Version", "2025-11-25"}});

  CHECK(reply->status() == 405);
}

TEST_CASE("a GET stream ends with the proof of who reads it", "[mcp][stream]") {
  Harness harness;
  const std::string session = harness.open_session("2025-06-18");
  harness.caller.expires = harness.clock().wall() + std::chrono::milliseconds(30);

  const auto stream = harness.get(stream_of(session));

  stream->wait_for_end();
}
