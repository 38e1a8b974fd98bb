#include "server/mcp/listing.h"

#include <catch2/catch.hpp>

#include "server/mcp/cursor.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

Json tool(const char* name, const char* schema = R"({"type":"object"})") {
  return {{"name", name}, {"inputSchema", Json::parse(schema)}};
}

Json with_property(const char* property) {
  Json made = tool("t");
  made["inputSchema"]["properties"]["p"] = Json::parse(property);
  return made;
}

}  // namespace

TEST_CASE("a listing is cut into pages without being built again", "[mcp][listing]") {
  const auto listing = Listing::build({{{"n", 1}}, {{"n", 2}}, {{"n", 3}}});

  CHECK(listing->slice(0, 99) == R"({"n":1},{"n":2},{"n":3})");
  CHECK(listing->slice(0, 1) == R"({"n":1})");
  CHECK(listing->slice(1, 1) == R"({"n":2})");
  CHECK(listing->slice(1, 2) == R"({"n":2},{"n":3})");
  CHECK(listing->slice(3, 1).empty());
  CHECK(listing->slice(0, 0).empty());
  CHECK(Listing::build({})->slice(0, 9).empty());
}

TEST_CASE("a listing's version follows its content", "[mcp][listing]") {
  CHECK(Listing::build({{{"n", 1}}})->version() == Listing::build({{{"n", 1}}})->version());
  CHECK(Listing::build({{{"n", 1}}})->version() != Listing::build({{{"n", 2}}})->version());
}

TEST_CASE("a cursor is good for its own list in its own state", "[mcp][cursor]") {
  const Sealer sealer({});
  const auto listing = Listing::build({{{"n", 1}}, {{"n", 2}}});
  const auto changed = Listing::build({{{"n", 1}}, {{"n", 3}}});

  const std::string cursor = seal_cursor(sealer, "tools", *listing, 1);

  CHECK(open_cursor(sealer, "tools", *listing, cursor) == 1);
  CHECK_FALSE(open_cursor(sealer, "prompts", *listing, cursor));
  CHECK_FALSE(open_cursor(sealer, "tools", *changed, cursor));
  CHECK_FALSE(open_cursor(Sealer({}), "tools", *listing, cursor));
  CHECK_FALSE(open_cursor(sealer, "tools", *listing, ""));
}

TEST_CASE("a tool list keeps schemas as they were given", "[mcp][tool-list]") {
  const char* schema = R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
    "$defs":{"a":{"$anchor":"x"}},"if":{},"then":{},"allOf":[{"anyOf":[]}]})";

  const auto list = ToolList::build({tool("t", schema)}).value();

  CHECK(Json::parse(list->listing().slice(0, 1))["inputSchema"] == Json::parse(schema));
}

TEST_CASE("a tool that clients would drop is refused by name", "[mcp][tool-list]") {
  const auto refuses = [](const Json& definition) {
    const auto built = ToolList::build({definition});
    return !built && built.error().message.starts_with("tool " + definition.value("name", ""));
  };
  Json array_output = tool("t");
  array_output["outputSchema"] = {{"type", "array"}};

  CHECK(refuses(tool("")));
  CHECK(refuses(tool("with space")));
  CHECK(refuses(tool("with/slash")));
  CHECK(refuses(tool(std::string(65, 'x').c_str())));
  CHECK(refuses(tool("t", R"({"type":"array"})")));
  CHECK(refuses(tool("t", "null")));
  CHECK(refuses({{"name", "t"}}));
  CHECK(refuses(array_output));
  CHECK_FALSE(ToolList::build({tool("t"), tool("t")}));
  CHECK(ToolList::build({tool(std::string(64, 'x').c_str()), tool("A-z_0.9")}));
}

TEST_CASE("a header annotation is found through properties", "[mcp][tool-list]") {
  Json nested = tool("t");
  nested["inputSchema"] = Json::parse(R"({"type":"object","properties":{"a":{"type":"object",
    "properties":{"b":{"type":"boolean","x-mcp-header":"B"},
                  "x-mcp-header":{"type":"string"}}}}})");

  const auto list = ToolList::build({nested}).value();

  const auto& params = list->header_params("t");
  REQUIRE(params.size() == 1);
  CHECK(params[0].path == std::vector<std::string>{"a", "b"});
  CHECK(params[0].name == "B");
  CHECK(list->header_params("unknown").empty());
}

TEST_CASE("a header annotation that clients would refuse is refused", "[mcp][tool-list]") {
  const char* property = GENERATE(
      R"({"type":"number","x-mcp-header":"N"})", R"({"type":"object","x-mcp-header":"N"})",
      R"({"x-mcp-header":"N"})", R"({"type":"string","x-mcp-header":""})",
      R"({"type":"string","x-mcp-header":"a b"})", R"({"type":"string","x-mcp-header":"a:b"})",
      R"({"type":"string","x-mcp-header":null})",
      R"({"type":"array","items":{"type":"string","x-mcp-header":"N"}})",
      R"({"anyOf":[{"type":"string","x-mcp-header":"N"}]})");
  INFO(property);

  CHECK_FALSE(ToolList::build({with_property(property)}));
}

TEST_CASE("a header annotation is used once, whatever its case", "[mcp][tool-list]") {
  Json twice = tool("t");
  twice["inputSchema"]["properties"] = Json::parse(R"({"a":{"type":"string","x-mcp-header":"Name"},
                      "b":{"type":"string","x-mcp-header":"name"}})");

  CHECK_FALSE(ToolList::build({twice}));
}

TEST_CASE("an annotation in a value is none", "[mcp][tool-list]") {
  CHECK(ToolList::build({with_property(R"({"const":{"x-mcp-header":"N"}})")}));
}
