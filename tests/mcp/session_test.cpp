// Sessions of Streamable HTTP: who may use them, and when they end.
#include <catch2/catch.hpp>

#include "tests/mcp/harness.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

const Json kPing = {{"jsonrpc", "2.0"}, {"id", 1}, {"method", "ping"}};
constexpr const char* kInitializeNewest =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})";

}  // namespace

TEST_CASE("a session id is random and printable", "[mcp][session]") {
  Harness harness;

  const std::string first = harness.open_session("2025-11-25");
  const std::string second = harness.open_session("2025-11-25");

  CHECK(first.size() == 22);
  CHECK(first != second);
  CHECK(
      first.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
      std::string::npos);
}

TEST_CASE("another caller's session is an unknown one", "[mcp][session]") {
  Harness harness;
  const std::string session = harness.open_session("2025-11-25");

  harness.caller = {.name = "somebody else"};

  CHECK(harness.in_session(session, kPing)->status() == 404);
  CHECK(harness.get({{"Mcp-Session-Id", session}, {"Accept", "text/event-stream"}})->status() ==
        404);
  CHECK(harness.remove({{"Mcp-Session-Id", session}})->status() == 404);
  harness.caller = {.name = "tester"};
  CHECK(harness.in_session(session, kPing)->status() == 200);
}

TEST_CASE("a session that was ended is unknown and its calls are cancelled", "[mcp][session]") {
  Harness harness({}, 1);
  const std::string session = harness.open_session("2025-06-18");
  const auto running = harness.call_in(session, 1, "test_wait_for_cancel", {{"progressToken", 1}});
  running->event(0);

  CHECK(harness.remove({{"Mcp-Session-Id", session}})->status() == 204);

  running->wait_for_end();
  CHECK(running->events() == 1);
  CHECK(harness.in_session(session, kPing)->status() == 404);
  // The only worker is free again.
  CHECK(harness.call_modern(2, "test_simple_text")->status() == 200);
}

TEST_CASE("ending needs a session to end", "[mcp][session]") {
  Harness harness;

  CHECK(harness.remove({})->status() == 400);
  CHECK(harness.remove({{"Mcp-Session-Id", "nobody"}})->status() == 404);
}

TEST_CASE("too many sessions are refused until one ends", "[mcp][session]") {
  Harness harness({.sessions = 2, .sessions_per_caller = 1});
  const std::string session = harness.open_session("2025-11-25");

  const auto refused = harness.post(kInitializeNewest);

  CHECK(refused->status() == 429);
  CHECK(refused->header("Retry-After") == "1");
  harness.remove({{"Mcp-Session-Id", session}});
  CHECK(harness.post(kInitializeNewest)->status() == 200);
}

TEST_CASE("one caller's sessions leave room for others", "[mcp][session]") {
  Harness harness({.sessions = 2, .sessions_per_caller = 1});
  harness.open_session("2025-11-25");

  harness.caller = {.name = "somebody else"};

  CHECK(harness.post(kInitializeNewest)->status() == 200);
}

TEST_CASE("an idle session ends, one that listens does not", "[mcp][session]") {
  Harness harness({.session_idle = std::chrono::milliseconds(40), .sessions = 2});
  const std::string listening = harness.open_session("2025-06-18");
  const auto stream = harness.get({{"Mcp-Session-Id", listening}, {"Accept", "text/event-stream"}});
  harness.open_session("2025-06-18");
  CHECK(harness.post(kInitializeNewest)->status() == 429);

  // The idle one's place is free.
  CHECK(eventually(harness.clock(),
                   [&] { return harness.post(kInitializeNewest)->status() == 200; }));

  CHECK_FALSE(stream->has_ended());
  CHECK(harness.in_session(listening, kPing)->status() == 200);
}

TEST_CASE("a session serves the revision that was negotiated, whichever header comes",
          "[mcp][session]") {
  Harness harness;
  const std::string session = harness.open_session("2025-03-26");

  const auto reply = harness.in_session(session, kPing, {{"MCP-Protocol-Version", "2025-11-25"}});

  CHECK(reply->status() == 200);
  const auto batch = harness.post("[" + dump_json(kPing) + "]", {{"Mcp-Session-Id", session}});
  CHECK(batch->body().is_array());
}

TEST_CASE("a session allows so many calls at once", "[mcp][session]") {
  Harness harness({.calls_per_session = 1});
  const std::string session = harness.open_session("2025-06-18");
  const auto running = harness.call_in(session, 1, "test_wait_for_cancel", {{"progressToken", 1}});
  running->event(0);

  const auto refused = harness.call_in(session, 2, "test_simple_text");

  CHECK(refused->status() == 429);
  CHECK(harness.in_session(session, kPing)->status() == 200);
}

TEST_CASE("too many batched messages are refused", "[mcp][session]") {
  Harness harness({.batch = 2});
  const std::string session = harness.open_session("2025-03-26");

  const auto reply =
      harness.post(dump_json(Json::array({kPing, kPing, kPing})), {{"Mcp-Session-Id", session}});

  CHECK(reply->status() == 400);
}
