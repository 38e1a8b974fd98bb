// What is too long, too much or forged: refused in few bytes, and the next request works.
#include <catch2/catch.hpp>

#include "server/mcp/envelope.h"
#include "tests/mcp/era_rows.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

constexpr std::size_t kMega = 1024 * 1024;

/// Tools of which there can be one more from one moment to the next.
class GrowingService final : public Service, private Tools {
 public:
  void grow() { has_grown_ = true; }

  const ServerInfo& info() const override { return info_; }
  std::string instructions(const Caller&) override { return {}; }
  Tools* tools() override { return this; }

 private:
  std::shared_ptr<const ToolList> list(const Caller&) override {
    std::vector<Json> tools;
    for (const char* name : {"a", "b", "c"})
      if (*name != 'c' || has_grown_)
        tools.push_back({{"name", name}, {"inputSchema", {{"type", "object"}}}});
    return ToolList::build(tools).value();
  }
  void call(std::shared_ptr<Call> call, std::string name, Json) override {
    call->reply(unknown_tool(name));
  }

  const ServerInfo info_{.name = "growing", .title = "", .version = "1"};
  std::atomic<bool> has_grown_ = false;
};

Json list_tools(Harness& harness, const Json& cursor) {
  const Json params = cursor == "first" ? Json::object() : Json({{"cursor", cursor}});
  return harness.modern(1, "tools/list", params)->body();
}

}  // namespace

TEST_CASE("a client's long text comes back short", "[mcp][limits]") {
  Harness harness;
  const std::string session = harness.open_session("2025-11-25");
  const std::string text(kMega, 'x');
  const auto answer = [&](const std::string& method, const Json& params) {
    return dump_json(
        harness
            .in_session(session,
                        {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}})
            ->body());
  };
  Json named = Json::object();
  named[text] = 7;

  CHECK(answer(text, Json::object()).size() < 1000);
  CHECK(answer("tools/call", {{"name", text}}).size() < 1000);
  CHECK(answer("prompts/get", {{"name", text}}).size() < 1000);
  CHECK(answer("prompts/get", {{"name", "test_simple_prompt"}, {"arguments", named}}).size() <
        1000);
  CHECK(answer("ping", Json::object()).find("result") != std::string::npos);
}

TEST_CASE("a modern client's long text comes back short", "[mcp][limits]") {
  Harness harness;
  const std::string text(kMega, 'x');
  Json named = Json::object();
  named[text] = 7;

  const auto method = harness.modern(1, text);
  const auto responses =
      harness.modern(1, "tools/call", {{"name", "test_elicitation"}, {"inputResponses", named}});
  const auto version =
      harness.post(request("ping", claim('"' + text + '"')), {{kVersionHeader, text}});

  for (const auto& reply : {method, responses, version}) {
    CHECK(reply->body().contains("error"));
    CHECK(dump_json(reply->body()).size() < 1000);
  }
}

TEST_CASE("more bytes than allowed are not even read", "[mcp][limits]") {
  Harness harness({.json = {.bytes = 1000}});
  const std::string allowed = legacy("initialize", R"({"protocolVersion":"2025-11-25"})");

  CHECK(harness.post(allowed + std::string(2000, ' '))->body()["error"]["code"] == -32700);
  CHECK(harness.post(allowed)->status() == 200);
}

TEST_CASE("so many resources are watched in a session", "[mcp][limits]") {
  Harness harness({.watched_uris = 1});
  const std::string session = harness.open_session("2025-11-25");
  const auto subscribe = [&](const char* method, const char* uri) {
    return harness
        .in_session(session,
                    {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", {{"uri", uri}}}})
        ->body();
  };

  CHECK(subscribe("resources/subscribe", "test://static-text").contains("result"));
  CHECK(subscribe("resources/subscribe", "test://static-text").contains("result"));
  CHECK(subscribe("resources/subscribe", "test://static-binary")["error"]["code"] == -32602);
  CHECK(subscribe("resources/unsubscribe", "test://static-text").contains("result"));
  CHECK(subscribe("resources/subscribe", "test://static-binary").contains("result"));
}

TEST_CASE("so many resources are watched by a listen stream", "[mcp][limits]") {
  Harness harness({.watched_uris = 1});

  const auto listen = harness.modern(
      1, "subscriptions/listen",
      {{"notifications",
        {{"resourceSubscriptions", {"test://static-text", "test://watched-resource"}}}}});

  CHECK(listen->message(0)["params"]["notifications"]["resourceSubscriptions"].size() == 1);
}

TEST_CASE("a cursor leads on only as it was given", "[mcp][cursor]") {
  GrowingService service;
  Harness harness(service, {.page_size = 1});
  const std::string cursor = list_tools(harness, "first")["result"]["nextCursor"];
  const std::string other =
      Harness(service, {.page_size = 1}).modern(1, "tools/list")->body()["result"]["nextCursor"];
  std::string changed = cursor;
  changed[cursor.size() / 2] = changed[cursor.size() / 2] == 'A' ? 'B' : 'A';

  const Json second = list_tools(harness, cursor)["result"];
  CHECK(second["tools"][0]["name"] == "b");
  CHECK_FALSE(second.contains("nextCursor"));
  for (const Json& wrong : {Json(changed), Json(other), Json(cursor + "."), Json("1"), Json(""),
                            Json(1), Json(nullptr), Json::array(), Json(std::string(kMega, 'a'))}) {
    INFO(dump_json(wrong).substr(0, 100));
    CHECK(list_tools(harness, wrong)["error"]["code"] == -32602);
  }
}

TEST_CASE("a cursor ends with the list it was for", "[mcp][cursor]") {
  GrowingService service;
  Harness harness(service, {.page_size = 1});
  const Json cursor = list_tools(harness, "first")["result"]["nextCursor"];

  service.grow();

  CHECK(list_tools(harness, cursor)["error"]["code"] == -32602);
  CHECK(list_tools(harness, "first")["result"]["tools"][0]["name"] == "a");
}

TEST_CASE("a cursor is good for a legacy client too", "[mcp][cursor]") {
  GrowingService service;
  Harness harness(service, {.page_size = 1});
  const std::string session = harness.open_session("2025-06-18");
  const auto list = [&](const Json& params) {
    return harness
        .in_session(session,
                    {{"jsonrpc", "2.0"}, {"id", 1}, {"method", "tools/list"}, {"params", params}})
        ->body();
  };

  const Json first = list(Json::object())["result"];

  CHECK(list({{"cursor", first["nextCursor"]}})["result"]["tools"][0]["name"] == "b");
  CHECK(list({{"cursor", "forged"}})["error"]["code"] == -32602);
}
