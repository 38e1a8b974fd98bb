#include <catch2/catch.hpp>

#include "server/mcp/convert.h"
#include "server/mcp/envelope.h"
#include "server/mcp/result_writer.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

constexpr auto kJune2025 = Revision::V2025_06_18;
constexpr auto kNewest = Revision::V2026_07_28;

ResultWriter writer() {
  return ResultWriter({.name = "n", .title = "", .version = "1"}, std::chrono::milliseconds(60000));
}

Json parse(const std::string& text) {
  return Json::parse(text);
}

}  // namespace

TEST_CASE("a modern result says its kind and who wrote it", "[mcp][results]") {
  const Json result =
      parse(writer().complete(Method::CallTool, {{"content", Json::array()}}, kNewest));

  CHECK(result["resultType"] == "complete");
  CHECK(result["_meta"][kMetaServerInfo.data()] == Json({{"name", "n"}, {"version", "1"}}));
  CHECK(result["content"] == Json::array());
}

TEST_CASE("a handler's own meta is kept beside the server's", "[mcp][results]") {
  const Json result = parse(
      writer().complete(Method::CallTool, {{"content", {}}, {"_meta", {{"own/x", 1}}}}, kNewest));

  CHECK(result["_meta"]["own/x"] == 1);
  CHECK(result["_meta"].contains(kMetaServerInfo));
  CHECK(result["resultType"] == "complete");
}

TEST_CASE("a legacy result has nothing of the newest revision", "[mcp][results]") {
  const Json given = {
      {"contents", Json::array()}, {"resultType", "x"}, {"ttlMs", 5}, {"cacheScope", "public"}};

  CHECK(parse(writer().complete(Method::ReadResource, given, kJune2025)) ==
        Json({{"contents", Json::array()}}));
  CHECK(writer().empty(kJune2025) == "{}");
}

TEST_CASE("a resource says how long it may be kept, by its handler or not at all",
          "[mcp][results]") {
  const Json plain = parse(writer().complete(Method::ReadResource, {{"contents", {}}}, kNewest));
  const Json own = parse(writer().complete(
      Method::ReadResource, {{"contents", {}}, {"ttlMs", 5}, {"cacheScope", "public"}}, kNewest));

  CHECK(plain["ttlMs"] == 0);
  CHECK(plain["cacheScope"] == "private");
  CHECK(own["ttlMs"] == 5);
  CHECK(own["cacheScope"] == "public");
}

TEST_CASE("a resource with its own meta says how long it may be kept too", "[mcp][results]") {
  const Json result = parse(writer().complete(
      Method::ReadResource, {{"contents", {}}, {"_meta", {{"own/x", 1}}}}, kNewest));

  CHECK(result["ttlMs"] == 0);
  CHECK(result["cacheScope"] == "private");
}

TEST_CASE("a page holds serialised items and its cursor", "[mcp][results]") {
  const Json modern =
      parse(writer().page("tools", R"({"a":1},{"b":2})", "next", CacheScope::Public, kNewest));
  const Json legacy =
      parse(writer().page("tools", "", std::nullopt, CacheScope::Public, kJune2025));

  CHECK(modern["tools"] == Json::array({{{"a", 1}}, {{"b", 2}}}));
  CHECK(modern["nextCursor"] == "next");
  CHECK(modern["ttlMs"] == 60000);
  CHECK(modern["cacheScope"] == "public");
  CHECK(legacy == Json({{"tools", Json::array()}}));
}

TEST_CASE("content that a revision does not know becomes text", "[mcp][convert]") {
  const Json given = {{"content",
                       {{{"type", "audio"}, {"data", "x"}, {"mimeType", "audio/wav"}},
                        {{"type", "resource_link"}, {"uri", "test://a"}, {"name", "a"}},
                        {{"type", "text"}, {"text", "t"}}}},
                      {"structuredContent", {{"a", 1}}}};

  const Json oldest = convert_result(Method::CallTool, given, Revision::V2024_11_05);
  const Json older = convert_result(Method::CallTool, given, Revision::V2025_03_26);

  CHECK(oldest["content"][0]["type"] == "text");
  CHECK(oldest["content"][1] == Json({{"type", "text"}, {"text", "test://a"}}));
  CHECK(oldest["content"][2]["text"] == "t");
  CHECK_FALSE(oldest.contains("structuredContent"));
  CHECK(older["content"][0]["type"] == "audio");
  CHECK(older["content"][1]["type"] == "text");
  CHECK(convert_result(Method::CallTool, given, kJune2025) == given);
  CHECK(convert_result(Method::CallTool, given, kNewest) == given);
}

TEST_CASE("a structured value that is no object stays in the newest revision", "[mcp][convert]") {
  const Json given = {{"content", Json::array()}, {"structuredContent", {1, 2}}};

  CHECK_FALSE(convert_result(Method::CallTool, given, kJune2025).contains("structuredContent"));
  CHECK(convert_result(Method::CallTool, given, kNewest) == given);
}

TEST_CASE("a prompt's messages are converted too", "[mcp][convert]") {
  const Json given = {
      {"messages",
       {{{"role", "user"}, {"content", {{"type", "resource_link"}, {"uri", "test://a"}}}}}}};

  const Json old = convert_result(Method::GetPrompt, given, Revision::V2025_03_26);

  CHECK(old["messages"][0]["content"]["type"] == "text");
}

TEST_CASE("completions are cut to a hundred", "[mcp][convert]") {
  Json values = Json::array();
  for (int i = 0; i < 120; ++i) values.push_back(std::to_string(i));

  const Json cut = convert_result(Method::Complete, {{"completion", {{"values", values}}}},
                                  kNewest)["completion"];

  CHECK(cut["values"].size() == 100);
  CHECK(cut["values"][99] == "99");
  CHECK(cut["hasMore"] == true);
}
