#include "server/cli/session_memory.h"

#include <catch2/catch.hpp>

using namespace tier0;
using cli::SessionMemory;

namespace {

const std::string kInitialize =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})";
const std::string kInitialized = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";
const std::string kList = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";
const std::string kMeta = R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"})";

std::string call(int id, const std::string& tool, const std::string& more = "") {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
         R"(,"method":"tools/call","params":{"name":")" + tool + "\"" + more + "}}";
}

std::string answer(const std::string& id) {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{}})";
}

std::optional<Effect> effect_of(std::string_view tool) {
  if (tool == "list-vps") return Effect::Read;
  if (tool == "restore-vps") return Effect::Destructive;
  return std::nullopt;
}

void greet(SessionMemory& memory) {
  memory.taken(kInitialize);
  REQUIRE(memory.to_client(answer("0")));
  memory.taken(kInitialized);
}

Json parsed(const std::string& line) {
  INFO(line);
  auto json = parse_json(line);
  REQUIRE(json);
  return *std::move(json);
}

}  // namespace

TEST_CASE("the handshake is said again to the next server, and answered only once",
          "[cli][session-memory]") {
  SessionMemory memory(effect_of);
  greet(memory);

  const auto loss = memory.lose_server();
  for (const std::string& line : loss.to_server) memory.taken(line);

  CHECK(loss.to_server == std::vector<std::string>{kInitialize, kInitialized});
  CHECK(loss.to_client.empty());
  CHECK(!memory.to_client(answer("0")));
  CHECK(!memory.is_waiting());
}

TEST_CASE("what the session had set is set again", "[cli][session-memory]") {
  SessionMemory memory(effect_of);
  greet(memory);
  const std::string level =
      R"({"id":5,"jsonrpc":"2.0","method":"logging/setLevel","params":{"level":"debug"}})";
  const auto watch = [](int id, const std::string& verb, const std::string& uri) {
    return R"({"id":)" + std::to_string(id) + R"(,"jsonrpc":"2.0","method":"resources/)" + verb +
           R"(","params":{"uri":")" + uri + R"("}})";
  };
  for (const std::string& line : {level, watch(6, "subscribe", "a"), watch(7, "subscribe", "b"),
                                  watch(8, "unsubscribe", "a")}) {
    memory.taken(line);
    REQUIRE(memory.to_client(answer(dump_json(parsed(line)["id"]))));
  }

  const auto loss = memory.lose_server();

  CHECK(loss.to_server ==
        std::vector<std::string>{kInitialize, kInitialized, level, watch(7, "subscribe", "b")});
}

TEST_CASE("a read of the protocol is asked again, once", "[cli][session-memory]") {
  SessionMemory memory(effect_of);
  memory.taken(kList);

  const auto first = memory.lose_server();
  for (const std::string& line : first.to_server) memory.taken(line);
  const auto second = memory.lose_server();

  CHECK(first.to_server == std::vector<std::string>{kList});
  CHECK(first.to_client.empty());
  CHECK(second.to_server.empty());
  REQUIRE(second.to_client.size() == 1);
  CHECK(parsed(second.to_client[0])["error"]["code"] == -32603);
  CHECK(!memory.is_waiting());
}

TEST_CASE("a read that no next server took is asked again", "[cli][session-memory]") {
  SessionMemory memory(effect_of);
  memory.taken(kList);
  REQUIRE(memory.lose_server().to_server.size() == 1);

  const auto loss = memory.lose_server();

  CHECK(loss.to_server == std::vector<std::string>{kList});
}

TEST_CASE("a call that may have happened is never sent again and says so",
          "[cli][session-memory]") {
  for (const std::string tool : {"restore-vps", "not-known-here"}) {
    SessionMemory memory(effect_of);
    memory.taken(call(4, tool));

    const auto loss = memory.lose_server();

    INFO(tool);
    CHECK(loss.to_server.empty());
    REQUIRE(loss.to_client.size() == 1);
    const Json said = parsed(loss.to_client[0]);
    CHECK(said["id"] == 4);
    CHECK(said["result"]["isError"] == true);
    CHECK(said["result"]["structuredContent"]["kind"] == "timeout_unknown");
    CHECK(said["result"]["structuredContent"]["changed"] == nullptr);
    CHECK(said["result"]["content"][0]["type"] == "text");
    CHECK(!said["result"].contains("resultType"));
  }
}

TEST_CASE("a call that only reads is not sent again either, but may be", "[cli][session-memory]") {
  SessionMemory memory(effect_of);
  memory.taken(call(4, "list-vps"));

  const auto loss = memory.lose_server();

  CHECK(loss.to_server.empty());
  REQUIRE(loss.to_client.size() == 1);
  const Json result = parsed(loss.to_client[0])["result"]["structuredContent"];
  CHECK(result["kind"] == "upstream");
  CHECK(result["changed"] == false);
}

TEST_CASE("a lost call of the newest revision is answered in its form", "[cli][session-memory]") {
  SessionMemory memory(effect_of);
  memory.taken(call(4, "restore-vps", "," + kMeta));

  const auto loss = memory.lose_server();

  REQUIRE(loss.to_client.size() == 1);
  const Json result = parsed(loss.to_client[0])["result"];
  CHECK(result["resultType"] == "complete");
  CHECK(result["_meta"].contains("io.modelcontextprotocol/serverInfo"));
}

TEST_CASE("what was answered or cancelled is not lost", "[cli][session-memory]") {
  SessionMemory memory(effect_of);
  memory.taken(call(4, "restore-vps"));
  memory.taken(call(5, "restore-vps"));
  REQUIRE(memory.to_client(answer("4")));
  memory.taken(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}})");

  const auto loss = memory.lose_server();

  CHECK(loss.to_client.empty());
}

TEST_CASE("an answer to a question of a server that has gone fits no question of the next",
          "[cli][session-memory]") {
  SessionMemory memory(effect_of);
  const std::string question =
      R"({"id":"s-1","jsonrpc":"2.0","method":"elicitation/create","params":{}})";
  REQUIRE(memory.to_client(question) == question);

  const auto loss = memory.lose_server();
  const auto again = memory.to_client(question);
  const auto late = memory.to_server(answer(R"("s-1")"));
  REQUIRE(again);
  const auto fresh = memory.to_server(answer(dump_json(parsed(*again)["id"])));

  REQUIRE(loss.to_client.size() == 1);
  CHECK(parsed(loss.to_client[0])["method"] == "notifications/cancelled");
  CHECK(parsed(loss.to_client[0])["params"]["requestId"] == "s-1");
  CHECK(parsed(*again)["id"] != "s-1");
  CHECK(!late);
  REQUIRE(fresh);
  CHECK(parsed(*fresh)["id"] == "s-1");
}

TEST_CASE("a stream of the newest revision goes on without a second acknowledgement",
          "[cli][session-memory]") {
  SessionMemory memory(effect_of);
  const std::string listen =
      R"({"id":7,"jsonrpc":"2.0","method":"subscriptions/listen","params":{)" + kMeta +
      R"(,"notifications":{"toolsListChanged":true}}})";
  const std::string acknowledged =
      R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":)"
      R"({"io.modelcontextprotocol/subscriptionId":7}}})";
  memory.taken(listen);
  REQUIRE(memory.to_client(acknowledged));

  const auto loss = memory.lose_server();
  for (const std::string& line : loss.to_server) memory.taken(line);

  CHECK(loss.to_server == std::vector<std::string>{listen});
  CHECK(!memory.to_client(acknowledged));
}

TEST_CASE("a batch is remembered by its messages", "[cli][session-memory]") {
  SessionMemory memory(effect_of);
  memory.taken("[" + kList + "," + call(4, "restore-vps") + "]");

  const auto loss = memory.lose_server();

  REQUIRE(loss.to_server.size() == 1);
  CHECK(parsed(loss.to_server[0])["method"] == "tools/list");
  REQUIRE(loss.to_client.size() == 1);
  CHECK(parsed(loss.to_client[0])["id"] == 4);
}
