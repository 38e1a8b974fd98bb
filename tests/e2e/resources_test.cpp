// What the product offers to read and to pick, beside its tools.
#include <catch2/catch.hpp>

#include "tests/e2e/product.h"

using namespace tier0;

namespace {

/// A client of one agent, at a fresh simulated fleet.
class Reader {
 public:
  explicit Reader(const std::string& agent)
      : server_({"serve", "--stdio", "--sandbox", "--agent", agent, "--state", product_.state()}) {}

  Json ask(const std::string& method, const Json& params = Json::object()) {
    server_.send(modern_request(++last_, method, params));
    return server_.answer_to(last_);
  }
  Json complete(const Json& ref, const std::string& argument, const std::string& begun) {
    return ask("completion/complete",
               {{"ref", ref}, {"argument", {{"name", argument}, {"value", begun}}}});
  }
  /// The calls on record, once the server has ended.
  Json end() {
    server_.close_input();
    CHECK(server_.wait() == 0);
    return parse_json(product_.run({"audit", "list"}).out)->at("items");
  }

 private:
  Product product_;
  Running server_;
  int last_ = 0;
};

}  // namespace

TEST_CASE("the fleet and each VPS of it are resources", "[e2e][resources]") {
  Reader client("director-gemini");

  const Json listed = client.ask("resources/list")["result"]["resources"];
  const Json templates = client.ask("resources/templates/list")["result"]["resourceTemplates"];
  const Json fleet = client.ask("resources/read", {{"uri", "tier0://fleet"}});
  const Json one = client.ask("resources/read", {{"uri", "tier0://vps/17923"}});

  REQUIRE(listed.size() == 1);
  CHECK(listed[0]["uri"] == "tier0://fleet");
  CHECK(templates[0]["uriTemplate"] == "tier0://vps/{id}");
  const Json all = *parse_json(fleet["result"]["contents"][0]["text"].get<std::string>());
  CHECK(all["data"]["items"][0]["vps"] == "17923");
  const Json vps = *parse_json(one["result"]["contents"][0]["text"].get<std::string>());
  CHECK(vps["data"]["hostname"] == "web-1.example.net");
  CHECK(one["result"]["contents"][0]["mimeType"] == "application/json");
}

TEST_CASE("a resource that is not there is not found, whatever is wrong with it",
          "[e2e][resources]") {
  Reader client("director-gemini");

  for (const char* uri :
       {"tier0://vps/1", "tier0://vps/no%20such", "tier0://nothing", "tier0://"}) {
    INFO(uri);
    const Json answer = client.ask("resources/read", {{"uri", uri}});
    CHECK(answer["error"]["code"] == -32602);
    CHECK(answer["error"]["data"]["uri"] == uri);
  }
}

TEST_CASE("a resource is audited as the tool that it asks", "[e2e][resources][audit]") {
  Reader client("director-gemini");

  client.ask("resources/read", {{"uri", "tier0://vps/17923"}});

  const Json calls = client.end();
  REQUIRE(calls.size() == 1);
  CHECK(calls[0]["tool"] == "get-vps");
  CHECK(calls[0]["principal"] == "agent:director-gemini");
}

TEST_CASE("changes of single resources are not announced, and cannot be subscribed",
          "[e2e][resources]") {
  Reader client("director-gemini");

  const Json found = client.ask("server/discover");

  CHECK(found["result"]["capabilities"]["resources"]["subscribe"] == false);
  CHECK(found["result"]["capabilities"].contains("completions"));
}

TEST_CASE("an id is completed from what the caller may list", "[e2e][completions]") {
  Reader client("director-gemini");
  const Json vps = {{"type", "ref/resource"}, {"uri", "tier0://vps/{id}"}};

  const Json begun = client.complete(vps, "id", "17");
  const Json other = client.complete(vps, "id", "9");
  const Json unknown = client.complete({{"type", "ref/prompt"}, {"name", "nothing"}}, "id", "");

  CHECK(begun["result"]["completion"]["values"] == Json::array({"17923"}));
  CHECK(other["result"]["completion"]["values"].empty());
  CHECK(unknown["error"]["code"] == -32602);
}
