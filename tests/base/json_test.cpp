#include "server/base/json.h"

#include <catch2/catch.hpp>

using namespace tier0;

TEST_CASE("JSON nested beyond the depth is refused while parsing", "[base][json]") {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');

  const auto parsed = parse_json(deep);

  REQUIRE(!parsed);
  CHECK(parsed.error().code == Code::Validation);
}

TEST_CASE("JSON at the depth is accepted", "[base][json]") {
  CHECK(parse_json("[[1]]", {.depth = 2}));
  CHECK(!parse_json("[[[1]]]", {.depth = 2}));
}

TEST_CASE("JSON with a key twice in one object is refused", "[base][json]") {
  CHECK(!parse_json(R"({"a":1,"a":2})"));
  CHECK(parse_json(R"({"a":{"a":1},"b":{"a":2}})"));
}

TEST_CASE("JSON that is not UTF-8 or starts with a byte order mark is refused", "[base][json]") {
  CHECK(!parse_json("\"\xff\""));
  CHECK(!parse_json("\xEF\xBB\xBF{}"));
}

TEST_CASE("JSON numbers that are not finite are refused", "[base][json]") {
  CHECK(!parse_json("1e400"));
}

TEST_CASE("JSON keeps what it says", "[base][json]") {
  const auto parsed = parse_json(R"({"a":[1,-2,2.5,"x",null,true],"b":{}})");

  REQUIRE(parsed);
  CHECK(dump_json(*parsed) == R"({"a":[1,-2,2.5,"x",null,true],"b":{}})");
}

TEST_CASE("dumping invalid UTF-8 replaces it", "[base][json]") {
  CHECK(dump_json("a\xff") == "\"a\xEF\xBF\xBD\"");
}
