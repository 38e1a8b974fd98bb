#include "server/schema/schema.h"

#include <catch2/catch.hpp>

namespace tier0 {
namespace {

Schema compiled(const char* text) {
  return Schema::compile(*parse_json(text)).value();
}

/// A tool's arguments in miniature: one property of each kind.
Schema checked_schema() {
  return compiled(R"({
    "type": "object", "additionalProperties": false, "required": ["vps"],
    "properties": {
      "vps": {"type": "string", "format": "vps"},
      "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
      "mode": {"type": "string", "enum": ["soft", "hard"]},
      "domains": {"type": "array", "minItems": 1, "maxItems": 3,
                  "items": {"type": "string", "format": "domain"}},
      "note": {"type": ["string", "null"], "maxLength": 5},
      "nested": {"type": "object", "additionalProperties": false,
                 "properties": {"ratio": {"type": "number"}, "on": {"type": "boolean", "default": true}}}
    }})");
}

struct Refusal {
  const char* value;
  const char* field;
  const char* problem;
};

}  // namespace

TEST_CASE("a schema fills in the defaults of what is absent", "[schema]") {
  const auto checked = checked_schema().check(Json{{"vps", "1"}, {"nested", Json::object()}});

  REQUIRE(checked);
  CHECK((*checked)["limit"] == 20);
  CHECK((*checked)["nested"]["on"] == true);
  CHECK_FALSE(checked->contains("mode"));
}

TEST_CASE("a schema counts integral floats as integers", "[schema]") {
  const auto checked = checked_schema().check(Json{{"vps", "1"}, {"limit", 7.0}});

  REQUIRE(checked);
  CHECK((*checked)["limit"].is_number_integer());
  CHECK((*checked)["limit"] == 7);
}

TEST_CASE("a schema turns integers into text where the format is one of ids", "[schema]") {
  CHECK(checked_schema().check(Json{{"vps", 17923}})->at("vps") == "17923");
  CHECK(checked_schema().check(Json{{"vps", 17923.0}})->at("vps") == "17923");
  CHECK_FALSE(checked_schema().check(Json{{"vps", "1"}, {"mode", 1}}));
}

TEST_CASE("a schema writes domains in one spelling", "[schema]") {
  const auto checked = checked_schema().check(Json{{"vps", "1"}, {"domains", {"EXAMPLE.com."}}});

  REQUIRE(checked);
  CHECK((*checked)["domains"][0] == "example.com");
}

TEST_CASE("a schema names the field and what it must be", "[schema]") {
  const Refusal rows[] = {
      {R"({})", "/vps", "is missing; it must be a VPS: its id, hostname, address or tenant"},
      {R"({"vps":"1","limit":500})", "/limit",
       "must be a whole number from 1 to 100, but is the number 500"},
      {R"({"vps":"1","limit":"5"})", "/limit",
       "must be a whole number from 1 to 100, but is other text"},
      {R"({"vps":"1","limit":1.5})", "/limit",
       "must be a whole number from 1 to 100, but is the number 1.5"},
      {R"({"vps":"1","mode":"medium"})", "/mode", "must be one of soft, hard, but is other text"},
      {R"({"vps":"1","domains":[]})", "/domains",
       "must be a list of 1 to 3 items, but is a list of 0"},
      {R"({"vps":"1","domains":["a.com","-"]})", "/domains/1",
       "must be a domain name such as example.com (international ones as xn--…)"},
      {R"({"vps":"1","domains":["a.com",7]})", "/domains/1",
       "must be a domain name such as example.com (international ones as xn--…), but is the number "
       "7"},
      {R"({"vps":"1","note":"123456"})", "/note",
       "must be text of at most 5 characters, or null, but is other text"},
      {R"({"vps":"1","nested":{"ratio":"x"}})", "/nested/ratio",
       "must be a number, but is other text"},
      {R"({"vps":"1","vsp":1})", "/vsp", "is not known here; did you mean \"vps\"?"},
      {R"({"vps":"1","nested":{"zebra":1}})", "/nested/zebra",
       "is not known here; known are on, ratio"},
      {R"({"vps":"1","a/b~c":1})", "/a~1b~0c",
       "is not known here; known are domains, limit, mode, nested, note, vps"},
      {R"({"vps":"1","limit":null})", "/limit",
       "must be a whole number from 1 to 100, but is null"},
      {R"([])", "", "must be an object, but is a list of 0"},
  };
  for (const Refusal& row : rows) {
    INFO(row.value);

    const auto checked = checked_schema().check(*parse_json(row.value));

    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Code::Validation);
    REQUIRE(checked.error().details.size() == 1);
    CHECK(checked.error().details[0].field == row.field);
    CHECK(checked.error().details[0].problem == row.problem);
  }
}

TEST_CASE("a schema reports every wrong field at once, each once", "[schema]") {
  const auto checked =
      checked_schema().check(Json{{"limit", 0}, {"mode", "x"}, {"domains", {"a.com", "!", 1}}});

  REQUIRE_FALSE(checked);
  std::vector<std::string> fields;
  for (const Detail& detail : checked.error().details) fields.push_back(detail.field);
  std::ranges::sort(fields);
  CHECK(fields == std::vector<std::string>{"/domains/1", "/domains/2", "/limit", "/mode", "/vps"});
  CHECK(checked.error().message.find("(and 4 more)") != std::string::npos);
}

TEST_CASE("a schema never repeats text that it refuses", "[schema]") {
  const auto checked = checked_schema().check(
      Json{{"vps", "1"}, {"mode", "canary-1"}, {"domains", {"canary 2"}}, {"note", "canary-3"}});

  REQUIRE_FALSE(checked);
  for (const Detail& detail : checked.error().details)
    CHECK(detail.problem.find("canary") == std::string::npos);
  CHECK(checked.error().message.find("canary") == std::string::npos);
}

TEST_CASE("a schema refuses integers beyond 64 bits instead of wrapping them", "[schema]") {
  const Schema schema = compiled(R"({"type": "integer", "maximum": 10})");

  CHECK_FALSE(schema.check(Json(18446744073709551615ULL)));
  CHECK_FALSE(schema.check(Json(1e300)));
  CHECK(schema.check(Json(10)));
}

TEST_CASE("a schema answers a huge wrong value with one short error", "[schema]") {
  Json many = Json::array();
  for (int i = 0; i < 200'000; ++i) many.push_back(i);

  const auto checked = checked_schema().check(Json{{"vps", "1"}, {"domains", many}});

  REQUIRE_FALSE(checked);
  CHECK(checked.error().details.size() == 1);
}

TEST_CASE("a schema keeps what it lists and drops the rest", "[schema]") {
  const Schema schema = compiled(R"({
    "type": "object", "additionalProperties": false, "properties": {
      "id": {"type": "string"},
      "items": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                "properties": {"name": {"type": "string"}}}},
      "labels": {"type": "object", "additionalProperties": {"type": "string"}}}})");

  const Json kept = schema.project(*parse_json(
      R"({"id": "1", "password": "x", "items": [{"name": "a", "token": "y"}, {"token": "z"}],
          "labels": {"a": "b", "c": {"secret": 1}}})"));

  CHECK(kept == *parse_json(R"({"id": "1", "items": [{"name": "a"}, {}],
                                "labels": {"a": "b", "c": null}})"));
}

TEST_CASE("a schema drops a structure where it lists a scalar, and the other way", "[schema]") {
  const Schema schema = compiled(R"({
    "type": "object", "additionalProperties": false, "properties": {
      "text": {"type": "string"},
      "part": {"type": "object", "additionalProperties": false, "properties": {}}}})");

  CHECK(schema.project(Json{{"text", {{"secret", 1}}}, {"part", "secret"}}) ==
        Json{{"text", nullptr}, {"part", nullptr}});
}

TEST_CASE("a default schema accepts and keeps everything", "[schema]") {
  const Json value = {{"any", {1, 2}}};

  CHECK(*Schema().check(value) == value);
  CHECK(Schema().project(value) == value);
}

TEST_CASE("a definition outside the closed subset does not compile", "[schema]") {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"type": "string", "pattern": "a+"})", "pattern"},
      {R"({"type": "object", "anyOf": []})", "anyOf"},
      {R"({"$ref": "#/x", "type": "string"})", "$ref"},
      {R"({"type": "string", "format": "email"})", "email"},
      {R"({"properties": {}})", "type"},
      {R"({"type": "text"})", "type"},
      {R"({"type": ["string", "integer"]})", "type"},
      {R"({"type": "array"})", "items"},
      {R"({"type": "array", "items": true})", "items"},
      {R"({"type": "object", "properties": {"a": true}, "additionalProperties": false})", "object"},
      {R"({"type": "object", "properties": {}})", "additionalProperties"},
      {R"({"type": "object", "properties": {}, "additionalProperties": true})",
       "additionalProperties"},
      {R"({"type": "object", "properties": {}, "additionalProperties": false, "required": ["a"]})",
       "required"},
      {R"({"type": "string", "minimum": 1})", "minimum"},
      {R"({"type": "string", "minLength": "1"})", "minLength"},
      {R"({"type": "string", "enum": [1]})", "enum"},
      {R"({"type": "string", "enum": []})", "enum"},
      {R"(true)", "object"},
  };
  for (const auto& [definition, word] : rows) {
    INFO(definition);

    const auto schema = Schema::compile(*parse_json(definition));

    REQUIRE_FALSE(schema);
    CHECK(schema.error().code == Code::Internal);
    CHECK(schema.error().message.find(word) != std::string::npos);
  }
}

TEST_CASE("a fault in a definition is named by its place", "[schema]") {
  const auto schema = Schema::compile(*parse_json(
      R"({"type": "object", "additionalProperties": false,
          "properties": {"a": {"type": "array", "items": {"type": "string", "pattern": "x"}}}})"));

  REQUIRE_FALSE(schema);
  CHECK(schema.error().message == "schema /properties/a/items: unknown keyword \"pattern\"");
}

TEST_CASE("a schema can be checked from several threads at once", "[schema]") {
  const Schema schema = checked_schema();
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&schema, &good] {
        for (int n = 0; n < 50; ++n) good += schema.check(Json{{"vps", "1"}}).has_value() ? 1 : 0;
      });
  }

  CHECK(good == 200);
}

}  // namespace tier0
