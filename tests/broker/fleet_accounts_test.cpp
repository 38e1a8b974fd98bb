// Which account a VPS belongs to, as grants limited by account ask for it.
#include <catch2/catch.hpp>

#include "server/broker/fleet.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_hosting.h"

namespace tier0 {
namespace {

struct TwoAccounts {
  FakeClock clock;
  FakeHosting main;
  FakeHosting second;
  Fleet fleet{{{"main", &main}, {"second", &second}}, {}, clock};
  VpsId shop = second.add_vps({.id = {"7"}, .hostname = "shop.example.com"});
};

}  // namespace

TEST_CASE("a fleet knows no account before it has learned them", "[broker][fleet]") {
  const TwoAccounts world;

  CHECK_FALSE(world.fleet.account_of("vps", world.shop.value));
}

TEST_CASE("a fleet that has learned its accounts says whose a VPS is", "[broker][fleet]") {
  TwoAccounts world;

  world.fleet.learn_accounts(Cancel{});

  CHECK(world.fleet.account_of("vps", world.shop.value) == "second");
  CHECK_FALSE(world.fleet.account_of("vps", "999999"));
  CHECK_FALSE(world.fleet.account_of("domain", world.shop.value));
}

TEST_CASE("a fleet of one account knows it without asking", "[broker][fleet]") {
  FakeClock clock;
  FakeHosting hosting;
  const Fleet fleet({{"main", &hosting}}, {}, clock);

  CHECK(fleet.account_of("vps", "1") == "main");
  CHECK(hosting.calls().empty());
}

TEST_CASE("an account that does not answer leaves whose things are unknown", "[broker][fleet]") {
  TwoAccounts world;
  world.main.fail_next(Code::Upstream);

  world.fleet.learn_accounts(Cancel{});

  CHECK_FALSE(world.fleet.account_of("vps", world.shop.value));
}

TEST_CASE("a fleet asks for its names once, and again only after an error", "[broker][fleet]") {
  FakeClock clock;
  FakeHosting hosting;
  int asked = 0;
  Fleet fleet({{"main", &hosting}}, clock, [&asked](const Cancel&) -> Result<FleetNames> {
    if (++asked == 1) return Error{.code = Code::NotConfigured, .message = "not yet"};
    return FleetNames{.hosts = {{"shop", "7"}}};
  });

  const auto refused = fleet.learn_names(Cancel{});
  const auto before = fleet.host_of(VpsId{"7"});
  const auto learned = fleet.learn_names(Cancel{});
  const auto known = fleet.learn_names(Cancel{});

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::NotConfigured);
  CHECK_FALSE(before);
  CHECK(learned);
  CHECK(known);
  CHECK(fleet.host_of(VpsId{"7"}) == HostName{"shop"});
  CHECK(asked == 2);
}

}  // namespace tier0
