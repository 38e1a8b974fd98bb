#include "server/tool/registry.h"

#include <catch2/catch.hpp>

#include "tests/tool/sample_tool.h"

namespace tier0 {
namespace {

/// One change to a descriptor: where, to what (null removes), and a word of the refusal.
struct Breach {
  const char* effect;
  const char* pointer;
  Json value;
  const char* word;
};

Json text_property() {
  return {{"type", "string"}, {"description", "Text."}};
}

Json broken(const Breach& breach) {
  Json descriptor = sample_descriptor(breach.effect);
  const Json::json_pointer pointer(breach.pointer);
  if (breach.value.is_null())
    descriptor[pointer.parent_pointer()].erase(pointer.back());
  else
    descriptor[pointer] = breach.value;
  return descriptor;
}

}  // namespace

TEST_CASE("a registry finds tools by name and lists them in the order of names", "[tool]") {
  const auto registry = SampleTools()
                            .add("stop-vps", sample_descriptor("destructive"))
                            .add("get-vps", sample_descriptor("read"))
                            .build();

  REQUIRE(registry);
  REQUIRE(registry->all().size() == 2);
  CHECK(registry->all()[0].name == "get-vps");
  CHECK(registry->find("stop-vps")->effect == Effect::Destructive);
  CHECK(std::holds_alternative<Runbook>(registry->find("stop-vps")->run));
  CHECK(std::holds_alternative<ReadFunction>(registry->find("get-vps")->run));
  CHECK(registry->find("start-vps") == nullptr);
}

TEST_CASE("a registry accepts a sample of each effect", "[tool]") {
  for (const char* effect : {"read", "write", "destructive", "spend"}) {
    INFO(effect);
    const auto registry = SampleTools().add("do-it", sample_descriptor(effect)).build();
    CHECK(registry);
  }
}

TEST_CASE("a registry refuses a descriptor that breaks a house rule", "[tool]") {
  const std::string long_text(601, 'x');
  const Breach rows[] = {
      {"read", "/effect", nullptr, "\"effect\" is missing"},
      {"read", "/effect", "delete", "unknown effect"},
      {"read", "/risk", "high", "unknown key"},
      {"read", "/idempotent", nullptr, "\"idempotent\" is missing"},
      {"read", "/openWorld", "yes", "openWorld"},
      {"read", "/title", "", "title"},
      {"read", "/description", "", "description"},
      {"read", "/description", long_text, "description"},
      {"read", "/backends", Json::array(), "backend"},
      {"read", "/backends", {"cloud"}, "unknown backend"},
      {"read", "/backends", {"ssh", "ssh"}, "repeats"},
      {"read", "/toolsets", Json::array(), "toolset"},
      {"read", "/toolsets", {"all"}, "unknown toolset"},
      {"read", "/targets", Json::array(), "vps is no target"},
      {"read", "/targets/0/dimension", "planet", "unknown dimension"},
      {"read", "/targets/0/argument", "host", "is no argument"},
      {"read", "/targets/0/extra", 1, "a target is"},
      {"read", "/secrets", {"password"}, "is no argument"},
      {"read", "/inputSchema/additionalProperties", nullptr, "additionalProperties"},
      {"read", "/inputSchema/additionalProperties", {{"type", "string"}}, "additionalProperties"},
      {"read", "/inputSchema/properties/vps/description", nullptr, "not described"},
      {"read", "/inputSchema/properties/vps/type", {"string", "null"}, "nullable"},
      {"read", "/inputSchema/properties/vps", true, "object"},
      {"read", "/inputSchema/properties/vps_id", text_property(), "vps_id"},
      {"read", "/inputSchema/properties/tenant", text_property(), "tenant is no target"},
      {"read", "/inputSchema/properties/plan_id", text_property(), "no plan_id"},
      {"read", "/inputSchema/properties/dry_run", text_property(), "no dry_run"},
      {"read", "/inputSchema/properties/idempotency_key", text_property(), "idempotency_key"},
      {"read", "/inputSchema/properties/wait", text_property(), "no wait"},
      {"read", "/inputSchema/anyOf", Json::array(), "anyOf"},
      {"read", "/inputSchema", {{"type", "string"}}, "root"},
      {"read", "/outputSchema", {{"type", "object"}}, "additionalProperties"},
      {"read", "/outputSchema/properties/vps/description", "", "not described"},
      {"read",
       "/outputSchema/properties/list",
       {{"type", "array"},
        {"description", "Parts."},
        {"items",
         {{"type", "object"},
          {"additionalProperties", false},
          {"properties", {{"x", {{"type", "string"}}}}}}}},
       "list/items/x: not described"},
      {"read",
       "/outputSchema/properties/part",
       {{"type", {"object", "null"}}, {"description", "A part."}},
       "additionalProperties"},
      {"write", "/inputSchema/required", {"dry_run"}, "dry_run"},
      {"write", "/inputSchema/properties/plan_id", text_property(), "no plan_id"},
      {"destructive", "/inputSchema/required", {"plan_id"}, "plan_id"},
      {"destructive", "/inputSchema/properties/dry_run", text_property(), "no dry_run"},
  };
  for (const Breach& row : rows) {
    INFO(row.effect << " " << row.pointer << " " << row.value.dump());

    const auto registry = SampleTools().add("do-it", broken(row)).build();

    REQUIRE_FALSE(registry);
    CHECK(registry.error().code == Code::Internal);
    CHECK(registry.error().message.starts_with("tool do-it: "));
    CHECK(registry.error().message.find(row.word) != std::string::npos);
  }
}

TEST_CASE("a registry refuses names that are no verb-noun in kebab case", "[tool]") {
  for (const char* name : {"vps", "Get-vps", "get_vps", "get-", "-vps", "get--vps", "1-vps",
                           "get.vps", "get-a-name-that-is-longer-than-hosts-will-take"}) {
    INFO(name);
    CHECK_FALSE(SampleTools().add(name, sample_descriptor("read")).build());
  }
}

TEST_CASE("a registry refuses two tools of one name", "[tool]") {
  const auto registry = SampleTools()
                            .add("get-vps", sample_descriptor("read"))
                            .add("get-vps", sample_descriptor("read"))
                            .build();

  REQUIRE_FALSE(registry);
  CHECK(registry.error().message.find("get-vps") != std::string::npos);
}

TEST_CASE("a registry refuses a handler that does not fit the effect", "[tool]") {
  SampleTools read;
  SampleTools change;
  read.add("get-vps", sample_descriptor("read"));
  change.add("stop-vps", sample_descriptor("destructive"));
  std::swap(read.entries()[0].handler, change.entries()[0].handler);

  CHECK_FALSE(read.build());
  CHECK_FALSE(change.build());
}

TEST_CASE("a tool of vendor operations may leave an object open", "[tool]") {
  Json descriptor = sample_descriptor("read");
  descriptor["inputSchema"]["properties"]["body"] = {{"type", "object"}, {"description", "Body."}};
  CHECK_FALSE(SampleTools().add("read-operation", descriptor).build());

  descriptor["toolsets"] = {"operations"};

  CHECK(SampleTools().add("read-operation", descriptor).build());
}

TEST_CASE("annotations always give all four hints, by the effect", "[tool]") {
  struct Row {
    const char* effect;
    bool reads;
    bool destroys;
  };
  const Row rows[] = {{"read", true, false},
                      {"write", false, false},
                      {"destructive", false, true},
                      {"spend", false, true}};
  for (const Row& row : rows) {
    INFO(row.effect);
    Json descriptor = sample_descriptor(row.effect);
    descriptor["openWorld"] = false;
    const auto registry = SampleTools().add("do-it", descriptor).build();
    REQUIRE(registry);

    const Json hints = annotations(registry->all()[0]);

    CHECK(hints == Json{{"readOnlyHint", row.reads},
                        {"destructiveHint", row.destroys},
                        {"idempotentHint", true},
                        {"openWorldHint", false}});
  }
}

TEST_CASE("each effect takes its common arguments, optional and written in one place", "[tool]") {
  struct Row {
    const char* effect;
    std::vector<std::string> takes;
  };
  const std::vector<Row> rows = {{"read", {"vps"}},
                                 {"write", {"dry_run", "idempotency_key", "vps", "wait"}},
                                 {"destructive", {"idempotency_key", "plan_id", "vps", "wait"}},
                                 {"spend", {"idempotency_key", "plan_id", "vps", "wait"}}};
  for (const Row& row : rows) {
    INFO(row.effect);

    const auto registry = SampleTools().add("do-it", sample_descriptor(row.effect)).build();

    REQUIRE(registry);
    const Json& input = registry->find("do-it")->input.definition();
    std::vector<std::string> names;
    for (const auto& [name, unused] : input["properties"].items()) names.push_back(name);
    CHECK(names == row.takes);
    CHECK(input["required"] == std::vector<std::string>{"vps"});
  }
}

}  // namespace tier0
