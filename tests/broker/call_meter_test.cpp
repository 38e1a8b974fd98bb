#include "server/broker/call_meter.h"

#include <catch2/catch.hpp>

#include "tests/fakes/fake_clock.h"

using namespace tier0;

TEST_CASE("an agent over its calls a minute is told how long to wait", "[broker][meter]") {
  FakeClock clock;
  CallMeter meter(clock);
  const Limits two_a_minute{.calls_per_minute = 2};
  REQUIRE(meter.count("agent:a", two_a_minute));
  clock.advance(std::chrono::seconds(20));
  REQUIRE(meter.count("agent:a", two_a_minute));

  const auto third = meter.count("agent:a", two_a_minute);

  REQUIRE(!third);
  CHECK(third.error().code == Code::RateLimited);
  CHECK(third.error().retry_after == std::chrono::seconds(40));
  CHECK(meter.count("agent:b", two_a_minute));
}

TEST_CASE("an agent may call again when the minute has passed", "[broker][meter]") {
  FakeClock clock;
  CallMeter meter(clock);
  REQUIRE(meter.count("agent:a", {.calls_per_minute = 1}));

  clock.advance(std::chrono::seconds(60));

  CHECK(meter.count("agent:a", {.calls_per_minute = 1}));
}

TEST_CASE("a call in flight holds its place until its lease ends", "[broker][meter]") {
  FakeClock clock;
  CallMeter meter(clock);
  auto first = meter.enter("agent:a", {.concurrent_calls = 1});
  REQUIRE(first);

  CHECK(meter.enter("agent:a", {.concurrent_calls = 1}).error().code == Code::Overloaded);
  CHECK(meter.enter("agent:b", {.concurrent_calls = 1}));
  first->reset();
  CHECK(meter.enter("agent:a", {.concurrent_calls = 1}));
}
