#include "server/broker/limits.h"

#include <catch2/catch.hpp>

#include "tests/fakes/fake_clock.h"

using namespace tier0;

TEST_CASE("an agent over its calls a minute is told how long to wait", "[broker][limits]") {
  FakeClock clock;
  Limits limits(clock);
  const CallLimits two_a_minute{.calls_per_minute = 2};
  REQUIRE(limits.count("agent:a", two_a_minute));
  clock.advance(std::chrono::seconds(20));
  REQUIRE(limits.count("agent:a", two_a_minute));

  const auto third = limits.count("agent:a", two_a_minute);

  REQUIRE(!third);
  CHECK(third.error().code == Code::RateLimited);
  CHECK(third.error().retry_after == std::chrono::seconds(40));
  CHECK(limits.count("agent:b", two_a_minute));
}

TEST_CASE("an agent may call again when the minute has passed", "[broker][limits]") {
  FakeClock clock;
  Limits limits(clock);
  REQUIRE(limits.count("agent:a", {.calls_per_minute = 1}));

  clock.advance(std::chrono::seconds(60));

  CHECK(limits.count("agent:a", {.calls_per_minute = 1}));
}

TEST_CASE("a call in flight holds its place until its lease ends", "[broker][limits]") {
  FakeClock clock;
  Limits limits(clock);
  auto first = limits.acquire("agent:a", {.concurrent_calls = 1});
  REQUIRE(first);

  CHECK(limits.acquire("agent:a", {.concurrent_calls = 1}).error().code == Code::Overloaded);
  CHECK(limits.acquire("agent:b", {.concurrent_calls = 1}));
  first->reset();
  CHECK(limits.acquire("agent:a", {.concurrent_calls = 1}));
}
