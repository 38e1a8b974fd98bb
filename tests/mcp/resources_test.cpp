// A service with resources behind a template, a prompt, and completions for both, as the product
// has them: what each caller may see is the service's decision, the wire is the library's.
#include <catch2/catch.hpp>

#include "server/mcp/uri_template.h"
#include "tests/mcp/era_rows.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

constexpr const char* kVps = "tier0://vps/{id}";

/// Every caller has the VPSs 17 and 18, but for "blind".
class FleetService final : public Service, private Prompts, private Resources, private Completions {
 public:
  const ServerInfo& info() const override { return info_; }
  std::string instructions(const Caller&) override { return {}; }
  Prompts* prompts() override { return this; }
  Resources* resources() override { return this; }
  Completions* completions() override { return this; }

 private:
  static bool sees(const Caller& caller, const std::string& id) {
    return caller.name != "blind" && (id == "17" || id == "18");
  }

  // Both interfaces list: the prompt and the one fixed resource.
  std::shared_ptr<const Listing> list(const Caller&) override {
    return Listing::build({{{"name", "incident"}, {"uri", "tier0://fleet"}}});
  }
  std::shared_ptr<const Listing> templates(const Caller&) override {
    return Listing::build({{{"uriTemplate", kVps}, {"name", "vps"}}});
  }

  void get(std::shared_ptr<Call> call, std::string name, Json arguments) override {
    if (name != "incident") return call->reply(unknown_prompt(name));
    if (!arguments.contains("vps")) return call->reply(invalid_params("vps is required"));
    const std::string text = "Look at " + string_member(arguments, "vps");
    call->reply(Answer{
        .result = {
            {"messages",
             Json::array({{{"role", "user"}, {"content", {{"type", "text"}, {"text", text}}}}})}}});
  }

  void read(std::shared_ptr<Call> call, std::string uri) override {
    const auto values = vps_.match(uri);
    if (!values || !sees(call->caller(), values->at("id")))
      return call->reply(resource_not_found(uri));
    call->reply(
        Answer{.result = {{"contents",
                           Json::array({{{"uri", uri}, {"text", "vps " + values->at("id")}}})}}});
  }
  bool may_watch(const Caller& caller, const std::string& uri) override {
    const auto values = vps_.match(uri);
    return values && sees(caller, values->at("id"));
  }

  void complete(std::shared_ptr<Call> call, Json ref, Json argument, Json) override {
    const bool is_vps =
        string_member(ref, "uri") == vps_.text() || string_member(ref, "name") == "incident";
    if (!is_vps) return call->reply(invalid_params("nothing is known about this reference"));
    Json values = Json::array();
    for (const char* id : {"17", "18"})
      if (sees(call->caller(), id) && std::string(id).starts_with(string_member(argument, "value")))
        values.push_back(id);
    call->reply(Answer{.result = {{"completion", {{"values", values}}}}});
  }

  const ServerInfo info_{.name = "fleet", .title = "", .version = "1"};
  const UriTemplate vps_ = UriTemplate::parse(kVps).value();
};

/// One request in each era; both bodies.
std::vector<Json> ask_both(Harness& harness, const std::string& method, const Json& params) {
  const std::string session = harness.open_session("2025-11-25");
  Harness::Headers name;
  if (params.contains("uri")) name.emplace("Mcp-Name", params["uri"].get<std::string>());
  return {harness.modern(1, method, params, name)->body(),
          harness
              .in_session(session,
                          {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}})
              ->body()};
}

Json completion(const Json& ref, const char* value) {
  return {{"ref", ref}, {"argument", {{"name", "id"}, {"value", value}}}};
}

}  // namespace

TEST_CASE("a resource behind a template is listed, read and not found", "[mcp][resources]") {
  FleetService service;
  Harness harness(service);

  for (const Json& body : ask_both(harness, "resources/templates/list", Json::object()))
    CHECK(body["result"]["resourceTemplates"][0]["uriTemplate"] == kVps);
  for (const Json& body : ask_both(harness, "resources/read", {{"uri", "tier0://vps/17"}}))
    CHECK(body["result"]["contents"][0]["text"] == "vps 17");
  const auto missing = ask_both(harness, "resources/read", {{"uri", "tier0://vps/99"}});
  CHECK(missing[0]["error"]["code"] == -32602);
  CHECK(missing[1]["error"]["code"] == -32002);
  for (const Json& body : missing) CHECK(body["error"]["data"]["uri"] == "tier0://vps/99");
}

TEST_CASE("a resource that a caller may not see is one that does not exist", "[mcp][resources]") {
  FleetService service;
  Harness harness(service);
  harness.caller = {.name = "blind"};

  for (const char* uri : {"tier0://vps/17", "tier0://vps/99"}) {
    const auto read = ask_both(harness, "resources/read", {{"uri", uri}});
    CHECK(read[1]["error"]["code"] == -32002);
    const std::string session = harness.open_session("2025-11-25");
    const auto watch = harness.in_session(session, {{"jsonrpc", "2.0"},
                                                    {"id", 1},
                                                    {"method", "resources/subscribe"},
                                                    {"params", {{"uri", uri}}}});
    CHECK(watch->body()["error"] == read[1]["error"]);
  }
}

TEST_CASE("a resource that changed is told to who may watch it", "[mcp][resources]") {
  FleetService service;
  Harness harness(service);
  const Json params = {
      {"notifications", {{"resourceSubscriptions", {"tier0://vps/17", "tier0://vps/99"}}}}};
  const auto listen = harness.modern("L", "subscriptions/listen", params);
  CHECK(listen->message(0)["params"]["notifications"]["resourceSubscriptions"] ==
        Json::array({"tier0://vps/17"}));

  harness.endpoint().resource_updated("tier0://vps/99");
  harness.endpoint().resource_updated("tier0://vps/17");

  CHECK(listen->message(1)["params"]["uri"] == "tier0://vps/17");
}

TEST_CASE("an argument of a prompt and a variable of a template are completed",
          "[mcp][completions]") {
  FleetService service;
  Harness harness(service);
  const Json refs[] = {{{"type", "ref/resource"}, {"uri", kVps}},
                       {{"type", "ref/prompt"}, {"name", "incident"}}};
  for (const Json& ref : refs) {
    INFO(dump_json(ref));
    for (const Json& body : ask_both(harness, "completion/complete", completion(ref, "1")))
      CHECK(body["result"]["completion"]["values"] == Json::array({"17", "18"}));
    for (const Json& body : ask_both(harness, "completion/complete", completion(ref, "18")))
      CHECK(body["result"]["completion"]["values"] == Json::array({"18"}));
  }
  const Json unknown = {{"type", "ref/resource"}, {"uri", "tier0://nothing/{id}"}};
  for (const Json& body : ask_both(harness, "completion/complete", completion(unknown, "")))
    CHECK(body["error"]["code"] == -32602);
}

TEST_CASE("a prompt is answered, or says what is missing", "[mcp][prompts]") {
  FleetService service;
  Harness harness(service);
  const auto get = [&harness](const Json& params) {
    return harness.modern(1, "prompts/get", params)->body();
  };

  const Json answer = get({{"name", "incident"}, {"arguments", {{"vps", "17"}}}});

  CHECK(answer["result"]["messages"][0]["content"]["text"] == "Look at 17");
  CHECK(get({{"name", "incident"}})["error"]["message"] == "vps is required");
  CHECK(get({{"name", "nothing"}})["error"]["message"] == "unknown prompt: nothing");
}
