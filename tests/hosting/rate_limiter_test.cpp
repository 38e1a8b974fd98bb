#include "server/hosting/rate_limiter.h"

#include <catch2/catch.hpp>

#include "tests/hosting/provider.h"

using namespace tier0;
using namespace std::chrono_literals;
using hosting::Lane;
using hosting::RateLimiter;

TEST_CASE("availability never passes ninety in a minute", "[hosting][limiter]") {
  FakeClock clock;
  RateLimiter limiter(clock, {});
  std::vector<TimePoint> sent;

  for (int i = 0; i < 300; ++i) {
    REQUIRE(limiter.acquire(Lane::Availability, {}));
    sent.push_back(clock.now());
  }

  for (std::size_t i = 90; i < sent.size(); ++i) CHECK(sent[i] - sent[i - 90] >= 59s);
}

TEST_CASE("without a known limit general requests do not wait", "[hosting][limiter]") {
  FakeClock clock;
  RateLimiter limiter(clock, {});
  const TimePoint before = clock.now();

  for (int i = 0; i < 10000; ++i) REQUIRE(limiter.acquire(Lane::General, {}));

  CHECK(clock.now() == before);
}

TEST_CASE("a learnt limit is not passed in any minute", "[hosting][limiter]") {
  FakeClock clock;
  RateLimiter limiter(clock, {});
  limiter.learn(Lane::General, 120);
  std::vector<TimePoint> sent;

  for (int i = 0; i < 400; ++i) {
    REQUIRE(limiter.acquire(Lane::General, {}));
    sent.push_back(clock.now());
  }

  for (std::size_t i = 120; i < sent.size(); ++i) CHECK(sent[i] - sent[i - 120] >= 59s);
}

TEST_CASE("a configured limit is not changed by what answers say", "[hosting][limiter]") {
  FakeClock clock;
  RateLimiter limiter(clock, 4);
  limiter.learn(Lane::General, 100000);
  const TimePoint before = clock.now();

  for (int i = 0; i < 4; ++i) REQUIRE(limiter.acquire(Lane::General, {}));

  CHECK(clock.now() - before >= 59s);
}

TEST_CASE("a larger limit of an answer does not raise that of availability", "[hosting][limiter]") {
  FakeClock clock;
  RateLimiter limiter(clock, {});
  limiter.learn(Lane::Availability, 100000);
  const TimePoint before = clock.now();

  for (int i = 0; i < 40; ++i) REQUIRE(limiter.acquire(Lane::Availability, {}));

  CHECK(clock.now() - before >= 9s);
}

TEST_CASE("a smaller limit of an answer lowers that of availability", "[hosting][limiter]") {
  FakeClock clock;
  RateLimiter limiter(clock, {});
  limiter.learn(Lane::Availability, 10);
  const TimePoint before = clock.now();

  for (int i = 0; i < 10; ++i) REQUIRE(limiter.acquire(Lane::Availability, {}));

  CHECK(clock.now() - before >= 59s);
}

TEST_CASE("a turn after the deadline is refused at once and costs nothing", "[hosting][limiter]") {
  FakeClock clock;
  RateLimiter limiter(clock, 2);
  REQUIRE(limiter.acquire(Lane::General, {}));
  const TimePoint before = clock.now();

  const auto refused = limiter.acquire(Lane::General, {.deadline = before + 10s});

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::RateLimited);
  CHECK(refused.error().retry_after == 60s);
  CHECK(clock.now() == before);
  REQUIRE(limiter.acquire(Lane::General, {}));
  CHECK(clock.now() - before == 60s);
}

TEST_CASE("a pause holds its lane and no other", "[hosting][limiter]") {
  FakeClock clock;
  RateLimiter limiter(clock, {});
  limiter.pause(Lane::Availability, 30s);
  const TimePoint before = clock.now();

  REQUIRE(limiter.acquire(Lane::General, {}));
  CHECK(clock.now() == before);
  REQUIRE(limiter.acquire(Lane::Availability, {}));
  CHECK(clock.now() - before == 30s);
}

TEST_CASE("a stop ends the wait for a turn", "[hosting][limiter][cancel]") {
  const SystemClock clock;
  RateLimiter limiter(clock, {});
  limiter.pause(Lane::General, 600s);
  std::stop_source stop;
  stop.request_stop();

  const auto refused = limiter.acquire(Lane::General, {.stop = stop.get_token()});

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::Cancelled);
}

TEST_CASE("the client learns its limit from an answer", "[hosting][limiter]") {
  ScriptedProvider provider([](const fakes::ReceivedRequest&) {
    return fakes::answer(200, kVpsBody, "application/json", {"X-RateLimit-Limit: 2"});
  });
  REQUIRE(provider.api->get_vps(kVps17923, {}));
  const TimePoint before = provider.clock.now();

  for (int i = 0; i < 3; ++i) REQUIRE(provider.api->get_vps(kVps17923, {}));

  CHECK(provider.clock.now() - before >= 119s);
}

TEST_CASE("a hundred availability checks in a row see no refusal", "[hosting][limiter]") {
  FakeClock clock;
  std::vector<TimePoint> seen;
  fakes::ScriptedServer server([&](const fakes::ReceivedRequest&) {
    seen.push_back(clock.now());
    const bool is_too_many = seen.size() > 90 && seen.back() - seen[seen.size() - 91] < 60s;
    return fakes::answer(is_too_many ? 429 : 200, "[]");
  });
  const auto api = make_hostinger_client(options_for(server), clock);

  for (int i = 0; i < 100; ++i)
    REQUIRE(api->check_availability({.label = "acme", .tlds = {"com"}}, {}));

  CHECK(server.requests().size() == 100);
}
