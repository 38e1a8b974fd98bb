#include "tests/transcripts/match.h"

#include <catch2/catch.hpp>

using namespace tier0;
using transcripts::Placeholders;

TEST_CASE("a message matches only the same values", "[transcripts]") {
  Placeholders placeholders;

  CHECK(
      placeholders.matches({{"a", 1}, {"b", {true, nullptr}}}, {{"b", {true, nullptr}}, {"a", 1}}));
  CHECK_FALSE(placeholders.matches({{"a", 1}}, {{"a", 2}}));
  CHECK_FALSE(placeholders.matches({{"a", 1}}, {{"a", "1"}}));
  CHECK_FALSE(placeholders.matches({{"a", 1}}, {{"a", 1}, {"more", 1}}));
  CHECK_FALSE(placeholders.matches({{"a", 1}, {"less", 1}}, {{"a", 1}}));
  CHECK_FALSE(placeholders.matches(Json::array({1}), Json::array({1, 2})));
}

TEST_CASE("a placeholder takes one string and then only that", "[transcripts]") {
  Placeholders placeholders;

  CHECK_FALSE(placeholders.matches({{"id", "$id"}}, {{"id", 7}}));
  CHECK(placeholders.matches({{"id", "$id"}}, {{"id", "s-1"}}));
  CHECK_FALSE(placeholders.matches({{"id", "$id"}}, {{"id", "s-2"}}));
  CHECK(placeholders.fill(R"({"id":"$id","other":"$idle"})") == R"({"id":"s-1","other":"$idle"})");
}

TEST_CASE("an updated message keeps its placeholders", "[transcripts]") {
  Placeholders placeholders;

  const Json general =
      placeholders.generalise({{"id", "$id"}, {"old", 1}}, {{"id", "s-1"}, {"new", 2}});

  CHECK(general == Json({{"id", "$id"}, {"new", 2}}));
}
