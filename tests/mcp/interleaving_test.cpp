// Several requests at once on one connection on lines: who is answered, cancelled, asked.
#include <catch2/catch.hpp>
#include <set>

#include "tests/mcp/change_service.h"
#include "tests/mcp/era_rows.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

std::string call_line(const Json& id, const std::string& tool, const Json& token = nullptr) {
  Json params = {{"name", tool}};
  if (!token.is_null()) params["_meta"]["progressToken"] = token;
  return dump_json({{"jsonrpc", "2.0"}, {"id", id}, {"method", "tools/call"}, {"params", params}});
}

std::string cancel_line(const Json& id) {
  return dump_json(
      {{"jsonrpc", "2.0"}, {"method", "notifications/cancelled"}, {"params", {{"requestId", id}}}});
}

/// A client on lines that is initialized and can be asked.
struct Client {
  explicit Client(Harness& harness, const char* version = "2025-06-18")
      : peer(harness.endpoint().connect({.name = "a"}, sink)) {
    peer->receive(legacy("initialize", R"({"protocolVersion":")" + std::string(version) +
                                           R"(","capabilities":{"elicitation":{}}})"));
    peer->receive(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    CHECK(next()["result"]["protocolVersion"] == version);
  }
  // A call that was left running would keep its worker for its own 20 seconds.
  ~Client() { peer->close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Json next() { return sink->message(seen++); }

  std::shared_ptr<RecordingSink> sink = std::make_shared<RecordingSink>();
  std::unique_ptr<Peer> peer;
  std::size_t seen = 0;
};

}  // namespace

TEST_CASE("a short call is answered while a long one runs", "[mcp][lines]") {
  Harness harness;
  Client client(harness);
  client.peer->receive(call_line(1, "test_wait_for_cancel", "long"));
  CHECK(client.next()["params"]["progressToken"] == "long");

  client.peer->receive(call_line(2, "test_simple_text"));

  CHECK(client.next()["id"] == 2);
  client.peer->receive(cancel_line(1));
  client.peer->receive(call_line(3, "test_simple_text"));
  CHECK(client.next()["id"] == 3);
}

TEST_CASE("two calls that run at once report under their own tokens", "[mcp][lines]") {
  Harness harness;
  Client client(harness);
  client.peer->receive(call_line("a", "test_tool_with_progress", 7));
  client.peer->receive(call_line("b", "test_tool_with_progress", "7"));

  // Each: three reports and the answer.
  std::map<std::string, std::vector<Json>> reports;
  std::set<std::string> answered;
  for (int i = 0; i < 8; ++i) {
    const Json message = client.next();
    if (message.contains("id")) {
      answered.insert(message["id"].get<std::string>());
      continue;
    }
    const Json& params = message.at("params");
    reports[params["progressToken"].is_string() ? "b" : "a"].push_back(params["progress"]);
    CHECK_FALSE(answered.contains(params["progressToken"].is_string() ? "b" : "a"));
  }

  CHECK(answered == std::set<std::string>{"a", "b"});
  CHECK(reports["a"] == std::vector<Json>{0, 50, 100});
  CHECK(reports["b"] == std::vector<Json>{0, 50, 100});
}

TEST_CASE("a progress token is echoed as it was sent", "[mcp][lines]") {
  Harness harness;
  Client client(harness);
  const Json token = GENERATE(Json(0), Json(-7), Json(9007199254740993), Json(""), Json("a\nb\""),
                              Json(18446744073709551615U));

  client.peer->receive(call_line(1, "test_streaming_elicitation", token));

  const Json echoed = client.next()["params"]["progressToken"];
  CHECK(echoed == token);
  CHECK(echoed.type_name() == std::string(token.type_name()));
}

TEST_CASE("a progress token of another type is refused", "[mcp][lines]") {
  Harness harness;
  Client client(harness);
  const Json token = GENERATE(Json(1.5), Json(true), Json::array({1}), Json::object());

  client.peer->receive(call_line(1, "test_streaming_elicitation", token));

  CHECK(client.next()["error"]["code"] == -32602);
}

TEST_CASE("a cancellation reaches the request with that id and no other", "[mcp][lines]") {
  Harness harness;
  Client client(harness);
  client.peer->receive(call_line("1", "test_wait_for_cancel", "text"));
  client.next();
  client.peer->receive(call_line(1, "test_wait_for_cancel", "number"));
  client.next();

  // Another type, another value, one that is over, and what began it all.
  client.peer->receive(call_line(2, "test_simple_text"));
  CHECK(client.next()["id"] == 2);
  for (const Json& id : {Json(2), Json(0), Json("2"), Json(1.0), Json(nullptr)})
    client.peer->receive(cancel_line(id));

  for (const Json& id : {Json(1), Json("1")}) {
    client.peer->receive(call_line(id, "test_simple_text"));
    CHECK(client.next()["error"]["code"] == -32600);
  }
  client.peer->receive(cancel_line(1));
  client.peer->receive(call_line(1, "test_simple_text"));
  CHECK(client.next()["result"]["content"][0]["type"] == "text");
}

TEST_CASE("both eras share the ids of a connection", "[mcp][lines]") {
  Harness harness;
  Client client(harness);
  client.peer->receive(call_line(1, "test_wait_for_cancel", 1));
  client.next();
  const std::string modern = request("tools/call", claim(), R"("name":"test_simple_text",)");

  client.peer->receive(modern);
  CHECK(client.next()["error"]["code"] == -32600);

  client.peer->receive(cancel_line(1));
  client.peer->receive(modern);
  CHECK(client.next()["result"]["resultType"] == "complete");
}

TEST_CASE("a connection allows so many calls at once", "[mcp][lines]") {
  Harness harness({.calls_per_session = 2});
  Client client(harness);
  for (int id : {1, 2}) {
    client.peer->receive(call_line(id, "test_wait_for_cancel", id));
    client.next();
  }

  client.peer->receive(call_line(3, "test_simple_text"));
  CHECK(client.next()["error"]["code"] == -32603);

  client.peer->receive(legacy("ping"));
  CHECK(client.next()["result"] == Json::object());
  client.peer->receive(cancel_line(2));
  client.peer->receive(call_line(4, "test_simple_text"));
  CHECK(client.next()["id"] == 4);
}

TEST_CASE("questions of two calls are told apart by their ids", "[mcp][lines][elicitation]") {
  ChangeService service;
  Harness harness(service, {}, 1);
  Client client(harness);
  client.peer->receive(call_line(1, "change"));
  const Json first = client.next()["id"];
  client.peer->receive(call_line(2, "change"));
  const Json second = client.next()["id"];
  const auto answer = [&client](const Json& id, const Json& result) {
    client.peer->receive(dump_json({{"jsonrpc", "2.0"}, {"id", id}, {"result", result}}));
    return client.next();
  };

  const Json later = answer(second, {{"action", "accept"}, {"content", {{"ok", true}}}});
  const Json earlier = answer(first, {{"action", "decline"}});

  CHECK(first != second);
  CHECK(later["id"] == 2);
  CHECK(later["result"]["content"][0]["text"] == "changed");
  CHECK(earlier["id"] == 1);
  CHECK(earlier["result"]["content"][0]["text"] == "declined");
  CHECK(service.changes() == 1);
}

TEST_CASE("a client that leaves while it is asked changes nothing", "[mcp][lines][elicitation]") {
  ChangeService service;
  Harness harness(service, {}, 1);
  Client client(harness);
  client.peer->receive(call_line(1, "change"));
  const Json question = client.next()["id"];

  client.peer->close();
  client.peer->receive(
      dump_json({{"jsonrpc", "2.0"},
                 {"id", question},
                 {"result", {{"action", "accept"}, {"content", {{"ok", true}}}}}}));

  CHECK(harness.call_modern(2, "change")->status() == 200);
  CHECK(service.changes() == 0);
  // Of the question, only its withdrawal may follow.
  CHECK(client.sink->count() <= client.seen + 1);
}
