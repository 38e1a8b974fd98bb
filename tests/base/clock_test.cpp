#include "server/base/clock.h"

#include <catch2/catch.hpp>

using namespace tier0;

TEST_CASE("times are read as they are written", "[base][clock]") {
  const WallTime time(std::chrono::milliseconds(1'795'323'603'120));

  CHECK(parse_time(format_time(time)) == time);
  CHECK(format_time(time) == "2026-11-22T05:00:03.120Z");
}

TEST_CASE("times with an offset are turned into UTC", "[base][clock]") {
  CHECK(parse_time("2026-11-22T02:00:03-03:00") == parse_time("2026-11-22T05:00:03Z"));
  CHECK(parse_time("2026-11-22T05:30:03.5+00:30") == parse_time("2026-11-22T05:00:03.500Z"));
}

TEST_CASE("what is no RFC 3339 time is refused", "[base][clock]") {
  for (const char* text :
       {"", "2026-11-22", "2026-11-22T05:00:03", "2026-02-30T05:00:03Z", "2026-11-22T24:00:00Z",
        "2026-11-22T05:00:03Zx", "2026-11-22T05:00:03.Z", "2026-11-22T05:00:03+3:00"}) {
    INFO(text);
    CHECK(!parse_time(text));
  }
}
