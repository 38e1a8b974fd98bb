#include "tests/fakes/fake_hosting.h"

#include <catch2/catch.hpp>

using namespace tier0;

TEST_CASE("the fake records reads and writes, and secrets only as such", "[hosting][fake]") {
  FakeHosting hosting;
  const VpsId shop = hosting.add_vps({.hostname = "shop"});

  REQUIRE(hosting.get_vps(shop, {}));
  REQUIRE(hosting.set_root_password(shop, Secret("hush-hush"), {}));

  CHECK(hosting.calls("get_vps") == std::vector<HostingCall>{{"get_vps", {shop.value}}});
  CHECK(hosting.writes() ==
        std::vector<HostingCall>{{"set_root_password", {shop.value, "(secret)"}}});
}

TEST_CASE("the fake fails once when told to, and does nothing then", "[hosting][fake]") {
  FakeHosting hosting;
  const VpsId shop = hosting.add_vps({.hostname = "shop", .state = VpsState::Stopped});
  hosting.fail_next("start_vps", Code::Upstream);

  const auto first = hosting.start_vps(shop, {});

  REQUIRE(!first);
  CHECK(first.error().code == Code::Upstream);
  CHECK(hosting.machine(shop).vps.state == VpsState::Stopped);
  CHECK(hosting.start_vps(shop, {}));
}

TEST_CASE("a write whose answer the fake loses has happened", "[hosting][fake]") {
  FakeHosting hosting;
  const VpsId shop = hosting.add_vps({.hostname = "shop", .state = VpsState::Stopped});
  hosting.lose_answer_of("start_vps");

  const auto lost = hosting.start_vps(shop, {});

  REQUIRE(!lost);
  CHECK(lost.error().code == Code::TimeoutUnknown);
  CHECK(lost.error().maybe_done);
  CHECK(hosting.machine(shop).vps.state == VpsState::Running);
}

TEST_CASE("an action of the fake locks the VM until the test ends it", "[hosting][fake]") {
  FakeHosting hosting;
  const VpsId shop = hosting.add_vps({.hostname = "shop"});
  const BackupId monday = hosting.add_backup(shop, {.location = "node-7"});
  hosting.add_snapshot(shop, {});
  hosting.set_actions_end(ActionsEnd::WhenTold);

  const auto accepted = hosting.restore_backup(shop, monday, {});

  REQUIRE(accepted);
  CHECK(accepted->action->state == ActionState::Sent);
  CHECK(hosting.machine(shop).vps.is_locked);
  CHECK(!hosting.stop_vps(shop, {}));
  hosting.finish_actions();
  CHECK(!hosting.machine(shop).vps.is_locked);
  CHECK(!hosting.machine(shop).snapshot);
  CHECK(hosting.get_action(shop, accepted->action->id, {})->state == ActionState::Success);
}

TEST_CASE("a changed rule desyncs a firewall of the fake until a sync", "[hosting][fake]") {
  FakeHosting hosting;
  const VpsId shop = hosting.add_vps({.hostname = "shop"});
  const FirewallId wall = hosting.add_firewall("production", {{.protocol = "TCP", .port = "22"}});

  REQUIRE(hosting.add_firewall_rule(wall, {.protocol = "TCP", .port = "443"}, {}));

  CHECK(!hosting.get_firewall(wall, {})->is_synced);
  REQUIRE(hosting.sync_firewall(wall, shop, {}));
  CHECK(hosting.get_firewall(wall, {})->is_synced);
}

TEST_CASE("masking shows no short value and the end of a long one", "[hosting][docker]") {
  const auto entries =
      mask_environment("# comment\nTOKEN=abcdefghij\nPIN=1234\n\nBROKEN\n EMPTY = \r\n");

  REQUIRE(entries.size() == 3);
  CHECK(entries[0].name == "TOKEN");
  CHECK(entries[0].masked == "***ij");
  CHECK(entries[1].masked == "***");
  CHECK(entries[2].name == "EMPTY");
  CHECK(entries[2].masked == "***");
}
