#include "server/cli/arguments.h"

#include <catch2/catch.hpp>

using namespace tier0;

namespace {
const Json kSchema = {{"properties",
                       {{"vps", {{"type", "string"}}},
                        {"dry_run", {{"type", "boolean"}}},
                        {"limit", {{"type", "integer"}}},
                        {"tlds", {{"type", "array"}}}}}};
}

TEST_CASE("key=value is typed by the tool's schema", "[cli][arguments]") {
  const auto args =
      cli::parse_arguments("", {"vps=17923", "dry_run=true", "limit=5", "tlds=com,net"}, kSchema);

  REQUIRE(args);
  CHECK(*args == Json::parse(R"({"vps":"17923","dry_run":true,"limit":5,"tlds":["com","net"]})"));
}

TEST_CASE("key:=JSON is taken as it is", "[cli][arguments]") {
  CHECK(*cli::parse_arguments("", {"x:=[1,{\"a\":null}]"}, kSchema) ==
        Json::parse(R"({"x":[1,{"a":null}]})"));
}

TEST_CASE("--args and words add up, and a key given twice is refused", "[cli][arguments]") {
  CHECK(cli::parse_arguments(R"({"vps":"1"})", {"limit=2"}, kSchema)->size() == 2);
  CHECK(!cli::parse_arguments(R"({"vps":"1"})", {"vps=2"}, kSchema));
}

TEST_CASE("arguments that are no assignment or of the wrong type are refused by name",
          "[cli][arguments]") {
  CHECK(!cli::parse_arguments("", {"vps"}, kSchema));
  CHECK(!cli::parse_arguments("[1]", {}, kSchema));
  const auto refused = cli::parse_arguments("", {"limit=many"}, kSchema);
  REQUIRE(!refused);
  CHECK(refused.error().message.find("limit") != std::string::npos);
}
