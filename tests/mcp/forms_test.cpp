#include "server/mcp/forms.h"

#include <catch2/catch.hpp>

#include "server/mcp/questions.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

/// What a form with this one property, and no required ones, makes of the value.
bool takes(const char* property, const Json& value) {
  const Json schema = {{"type", "object"}, {"properties", {{"p", Json::parse(property)}}}};
  const auto filled = fill_in(schema, {{"p", value}});
  return filled && *filled == Json({{"p", value}});
}

}  // namespace

TEST_CASE("a form takes what its schema allows and nothing else", "[mcp][forms]") {
  struct Row {
    const char* property;
    Json good, bad;
  };
  const Row rows[] = {
      {R"({"type":"boolean","title":"T","description":"D","default":true})", false, "true"},
      {R"({"type":"boolean"})", true, 1},
      {R"({"type":"integer","minimum":1})", 1, 0},
      {R"({"type":"integer"})", 2.0, 2.5},
      {R"({"type":"number","maximum":9.5})", 9.5, 9.6},
      {R"({"type":"number"})", 1, "1"},
      {R"({"type":"string","format":"email"})", "a@b", nullptr},
      {R"({"type":"string","minLength":2})", "ab", "a"},
      {R"({"type":"string","maxLength":1})", "\xc3\xbc", "ab"},
      {R"({"type":"string","enum":["a","b"],"enumNames":["A","B"]})", "b", "c"},
      {R"({"type":"string","oneOf":[{"const":"a","title":"A"}]})", "a", "A"},
      {R"({"type":"array","items":{"type":"string","enum":["a","b"]}})", Json::array({"a", "b"}),
       Json::array({"a", "c"})},
      {R"({"type":"array","items":{"anyOf":[{"const":"a","title":"A"}]}})", Json::array({"a"}),
       Json::array({"b"})},
      {R"({"type":"array","items":{"type":"string"},"maxItems":1})", Json::array({"a"}),
       Json::array({"a", "b"})},
      {R"({"type":"array","items":{"type":"string"},"minItems":1})", Json::array({"a"}),
       Json::array()}};
  for (const Row& row : rows) {
    INFO(row.property);
    CHECK(takes(row.property, row.good));
    CHECK_FALSE(takes(row.property, row.bad));
  }
}

TEST_CASE("a form with a keyword that no form has takes nothing", "[mcp][forms]") {
  CHECK_FALSE(takes(R"({"type":"string","pattern":".*"})", "a"));
  CHECK_FALSE(takes(R"({"type":"object"})", Json::object()));
  CHECK_FALSE(takes(R"({"type":"number","multipleOf":1})", 1));
  CHECK_FALSE(takes("true", 1));
}

TEST_CASE("a form needs what is required and drops what it does not ask for", "[mcp][forms]") {
  const Json schema = Json::parse(R"({"type":"object","properties":{
    "ok":{"type":"boolean"},"note":{"type":"string"}},"required":["ok"]})");

  CHECK(fill_in(schema, {{"ok", true}, {"plan_id", "other"}}) == Json({{"ok", true}}));
  CHECK(fill_in(schema, {{"ok", true}, {"note", "n"}}) == Json({{"ok", true}, {"note", "n"}}));
  CHECK_FALSE(fill_in(schema, {{"note", "n"}}));
  CHECK_FALSE(fill_in(schema, {{"ok", true}, {"note", nullptr}}));
  CHECK_FALSE(fill_in(schema, Json::array()));
  CHECK_FALSE(fill_in(schema, nullptr));
  CHECK_FALSE(fill_in(Json::object(), Json::object()));
}

TEST_CASE("a form is written as its revision knows it", "[mcp][forms]") {
  const Json rich = Json::parse(R"({"type":"object","properties":{
    "a":{"type":"string","oneOf":[{"const":"x","title":"X"},{"const":"y"}],"default":"x"},
    "b":{"type":"boolean","default":true},"c":{"type":"integer","default":3}}})");
  const Json plain = Json::parse(R"({"type":"object","properties":{
    "a":{"type":"string","enum":["x","y"],"enumNames":["X","y"]},
    "b":{"type":"boolean","default":true},"c":{"type":"integer"}}})");
  const InputRequest request = ask_form("Which?", rich);

  const Json oldest = question_params(request, Revision::V2025_06_18);
  CHECK(oldest == Json({{"message", "Which?"}, {"requestedSchema", plain}}));
  for (const auto revision : {Revision::V2025_11_25, Revision::V2026_07_28})
    CHECK(question_params(request, revision) ==
          Json({{"message", "Which?"}, {"mode", "form"}, {"requestedSchema", rich}}));
}
