// The newest revision over HTTP: streams, cancellation, listen, the end of the server.
#include <catch2/catch.hpp>

#include "server/mcp/envelope.h"
#include "tests/mcp/harness.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

Json listen_params(const char* what = "toolsListChanged") {
  return {{"notifications", {{what, true}}}};
}

}  // namespace

TEST_CASE("an answer that comes first is JSON, without a session", "[mcp][modern]") {
  Harness harness;

  const auto reply = harness.modern(1, "tools/call", {{"name", "test_simple_text"}},
                                    {{"Mcp-Session-Id", "ignored"}, {"Last-Event-ID", "s1_0"}});

  CHECK(reply->status() == 200);
  CHECK(reply->body()["result"]["resultType"] == "complete");
  CHECK(reply->header("Mcp-Session-Id").empty());
}

TEST_CASE("an answer after a notification is a stream without event ids", "[mcp][modern]") {
  Harness harness;

  const auto reply = harness.call_modern(1, "test_streaming_elicitation", {{"progressToken", "p"}});

  reply->wait_for_end();
  REQUIRE(reply->events() == 2);
  CHECK(reply->event(0).starts_with("event: message\n"));
  CHECK(reply->message(1)["result"]["resultType"] == "complete");
}

TEST_CASE("who goes away cancels, before the stream as well as in it", "[mcp][modern]") {
  Harness harness({}, 1);
  const Json meta = GENERATE(Json::object(), Json({{"progressToken", 1}}));
  const auto running = harness.call_modern(1, "test_wait_for_cancel", meta);
  if (!meta.empty()) running->event(0);

  running->go();

  // The only worker is free again, long before the tool would have finished by itself.
  CHECK(harness.call_modern(2, "test_simple_text")->status() == 200);
}

TEST_CASE("equal ids of different clients do not collide", "[mcp][modern]") {
  Harness harness;
  const auto one = harness.call_modern(1, "test_tool_with_progress", {{"progressToken", 1}});
  const auto other = harness.call_modern(1, "test_simple_text");

  CHECK(other->body()["id"] == 1);
  one->wait_for_end();
  CHECK(one->message(one->events() - 1)["id"] == 1);
}

TEST_CASE("a modern notification is accepted and dropped", "[mcp][modern]") {
  Harness harness;
  const std::string good =
      R"({"jsonrpc":"2.0","method":"notifications/x","params":{"_meta":{
          "io.modelcontextprotocol/protocolVersion":"2026-07-28",
          "io.modelcontextprotocol/clientCapabilities":{}}}})";
  const std::string bad =
      R"({"jsonrpc":"2.0","method":"notifications/x","params":{"_meta":{
          "io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})";

  CHECK(harness.post(good)->status() == 202);
  CHECK(harness.post(bad)->status() == 400);
  CHECK(harness.post(R"({"jsonrpc":"2.0","method":"x"})", {{"MCP-Protocol-Version", "2026-07-28"}})
            ->status() == 202);
}

TEST_CASE("a list is the same bytes every time and never asks", "[mcp][modern]") {
  Harness harness;

  const Json first = harness.modern(1, "tools/list")->body();
  const Json second = harness.modern(1, "tools/list")->body();

  CHECK(first == second);
  CHECK(first["result"]["tools"][0]["name"] == "test_simple_text");
  CHECK(first["result"]["cacheScope"] == "public");
}

TEST_CASE("a full queue answers at once", "[mcp][modern]") {
  Harness harness({}, 1, 1);
  const auto running = harness.call_modern(1, "test_wait_for_cancel", {{"progressToken", 1}});
  running->event(0);
  const auto queued = harness.call_modern(2, "test_simple_text");

  const auto refused = harness.call_modern(3, "test_simple_text");

  CHECK(refused->status() == 429);
  CHECK(refused->header("Retry-After") == "1");
  CHECK(refused->body()["id"] == 3);
  CHECK(harness.modern(4, "tools/list")->status() == 200);
  running->go();
  CHECK(queued->body()["id"] == 2);
}

TEST_CASE("a listen stream tells what changed until its client goes", "[mcp][listen]") {
  Harness harness;
  const auto listen = harness.modern("L", "subscriptions/listen", listen_params());
  CHECK(listen->message(0)["method"] == "notifications/subscriptions/acknowledged");

  harness.endpoint().prompts_changed();
  harness.endpoint().tools_changed();

  CHECK(listen->message(1)["method"] == "notifications/tools/list_changed");
  CHECK(listen->message(1)["params"]["_meta"][kMetaSubscription.data()] == "L");
  listen->go();
  harness.endpoint().tools_changed();
  CHECK(listen->events() == 2);
}

TEST_CASE("listen streams are limited for each caller, and closing one makes room",
          "[mcp][listen]") {
  Harness harness({.listens_per_caller = 1});
  auto listen = harness.modern(1, "subscriptions/listen", listen_params());
  listen->event(0);

  const auto refused = harness.modern(2, "subscriptions/listen", listen_params());

  CHECK(refused->body()["error"]["code"] == -32603);
  listen->go();
  const auto allowed = harness.modern(3, "subscriptions/listen", listen_params());
  CHECK(allowed->message(0)["method"] == "notifications/subscriptions/acknowledged");
}

TEST_CASE("a listen stream needs a client that reads streams", "[mcp][listen]") {
  Harness harness;

  const auto reply =
      harness.modern(1, "subscriptions/listen", listen_params(), {{"Accept", "application/json"}});

  CHECK(reply->body()["error"]["code"] == -32600);
}

TEST_CASE("a listen stream ends with the proof of who reads it", "[mcp][listen]") {
  Harness harness;
  harness.caller.expires = harness.clock().wall() + std::chrono::milliseconds(30);

  const auto listen = harness.modern(1, "subscriptions/listen", listen_params());

  listen->wait_for_end();
  CHECK(listen->message(1)["result"]["_meta"][kMetaSubscription.data()] == 1);
}

TEST_CASE("many listen streams hold no worker", "[mcp][listen]") {
  Harness harness({}, 1);
  std::vector<Harness::Reply> listens;
  for (int i = 0; i < 500; ++i)
    listens.push_back(harness.modern(i, "subscriptions/listen", listen_params()));

  const auto trigger = harness.call_modern(1, "test_trigger_tool_change");

  CHECK(trigger->status() == 200);
  for (const auto& listen : listens)
    CHECK(listen->message(1)["method"] == "notifications/tools/list_changed");
}

TEST_CASE("the end of the server is told to those who wait", "[mcp][shutdown]") {
  Harness harness;
  const auto listen = harness.modern("L", "subscriptions/listen", listen_params());
  const auto streaming = harness.call_modern(1, "test_wait_for_cancel", {{"progressToken", 1}});
  const auto waiting = harness.call_modern(2, "test_wait_for_cancel");
  const std::string session = harness.open_session("2025-06-18");
  const auto general = harness.get({{"Mcp-Session-Id", session}, {"Accept", "text/event-stream"}});
  const auto legacy = harness.call_in(session, 1, "test_wait_for_cancel", {{"progressToken", 1}});
  legacy->event(0);
  streaming->event(0);

  harness.endpoint().shutdown();

  listen->wait_for_end();
  CHECK(listen->message(1)["id"] == "L");
  CHECK(listen->message(1)["result"]["resultType"] == "complete");
  streaming->wait_for_end();
  CHECK(streaming->message(1)["error"]["code"] == -32603);
  CHECK(waiting->status() == 503);
  legacy->wait_for_end();
  CHECK(legacy->message(1)["error"]["code"] == -32603);
  general->wait_for_end();
  CHECK(harness.modern(3, "tools/list")->status() == 503);
  CHECK(harness.get({{"Accept", "text/event-stream"}})->status() == 503);
}

TEST_CASE("without the older revisions there is no session and no stream to get", "[mcp][modern]") {
  Harness harness({.legacy = false});

  CHECK(harness.post(R"({"jsonrpc":"2.0","id":1,"method":"initialize"})")->status() == 400);
  CHECK(harness.get({{"Mcp-Session-Id", "x"}, {"Accept", "text/event-stream"}})->status() == 405);
  CHECK(harness.remove({{"Mcp-Session-Id", "x"}})->status() == 405);
  CHECK(harness.modern(1, "tools/list")->status() == 200);
}
