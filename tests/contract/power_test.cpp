// What the fake and the sandbox must agree on: VMs, actions, backups, installation.
#include "tests/contract/world.h"

using namespace tier0;

namespace {

const VpsId kNowhere{"999999999"};

}  // namespace

TEST_CASE("one VM runs, and another does not exist", "[contract]") {
  T0_ON_BOTH_SIDES();

  const auto found = api.get_vps(vps, {});

  REQUIRE(found);
  CHECK(found->state == VpsState::Running);
  CHECK(found->hostname == "web-1.example.net");
  CHECK(!found->is_locked);
  CHECK(!found->firewall);
  CHECK(api.get_vps(kNowhere, {}).error().code == Code::NotFound);
  CHECK(api.stop_vps(kNowhere, {}).error().code == Code::NotFound);
  CHECK(api.list_backups(kNowhere, {}).error().code == Code::NotFound);
}

TEST_CASE("an action locks its VM, and another is refused meanwhile", "[contract]") {
  T0_ON_BOTH_SIDES();

  const auto accepted = api.stop_vps(vps, {});

  REQUIRE(accepted);
  REQUIRE(accepted->action);
  CHECK(!is_final(accepted->action->state));
  CHECK(api.get_vps(vps, {})->is_locked);
  const auto refused = api.restart_vps(vps, {});
  CHECK(refused.error().code == Code::Validation);
  CHECK(!refused.error().maybe_done);
}

TEST_CASE("an action that ends well has its effect", "[contract]") {
  T0_ON_BOTH_SIDES();
  const auto accepted = api.stop_vps(vps, {});
  REQUIRE(accepted);

  world->settle();

  CHECK(api.get_vps(vps, {})->state == VpsState::Stopped);
  CHECK(!api.get_vps(vps, {})->is_locked);
  CHECK(api.get_action(vps, accepted->action->id, {})->state == ActionState::Success);
  CHECK(api.recent_actions(vps, {})->front().id == accepted->action->id);
  CHECK(api.list_actions(vps, {})->front().id == accepted->action->id);
  CHECK(api.get_action(vps, {"1"}, {}).error().code == Code::NotFound);
}

TEST_CASE("start and stop of what is so already are accepted", "[contract]") {
  T0_ON_BOTH_SIDES();

  CHECK(api.start_vps(vps, {}));
  world->settle();
  CHECK(api.get_vps(vps, {})->state == VpsState::Running);
  REQUIRE(api.stop_vps(vps, {}));
  world->settle();
  CHECK(api.stop_vps(vps, {}));
  world->settle();
  CHECK(api.get_vps(vps, {})->state == VpsState::Stopped);
}

TEST_CASE("a restart starts a stopped VM", "[contract]") {
  T0_ON_BOTH_SIDES();
  REQUIRE(api.stop_vps(vps, {}));
  world->settle();

  REQUIRE(api.restart_vps(vps, {}));
  world->settle();

  CHECK(api.get_vps(vps, {})->state == VpsState::Running);
}

TEST_CASE("recovery is entered and left, and not left twice", "[contract]") {
  T0_ON_BOTH_SIDES();
  CHECK(api.stop_recovery(vps, {}).error().code == Code::Validation);

  REQUIRE(api.start_recovery(vps, Secret("Rescue-me-1234"), {}));
  world->settle();

  CHECK(api.get_vps(vps, {})->state == VpsState::Recovery);
  CHECK(api.restart_vps(vps, {}).error().code == Code::Validation);
  REQUIRE(api.stop_recovery(vps, {}));
  world->settle();
  CHECK(api.get_vps(vps, {})->state == VpsState::Running);
}

TEST_CASE("a write whose answer is lost has happened", "[contract]") {
  T0_ON_BOTH_SIDES();
  world->lose_answer("stop_vps", "stop");

  const auto lost = api.stop_vps(vps, {});

  REQUIRE(!lost);
  CHECK(lost.error().code == Code::TimeoutUnknown);
  CHECK(lost.error().maybe_done);
  world->settle();
  CHECK(api.get_vps(vps, {})->state == VpsState::Stopped);
  CHECK(api.recent_actions(vps, {})->front().name == "ct_stop");
}

TEST_CASE("a stopped call does nothing", "[contract][cancel]") {
  T0_ON_BOTH_SIDES();
  std::stop_source stop;
  stop.request_stop();

  const auto stopped = api.stop_vps(vps, {.stop = stop.get_token()});

  CHECK(stopped.error().code == Code::Cancelled);
  CHECK(api.get_vps(vps, {})->state == VpsState::Running);
}

TEST_CASE("a set host name is the VM's, and its reverse name can be set", "[contract]") {
  T0_ON_BOTH_SIDES();

  REQUIRE(api.set_hostname(vps, "shop.example.com", {}));
  world->settle();
  const IpAddressId ip = api.get_vps(vps, {})->ipv4.at(0).id;
  REQUIRE(api.set_ptr(vps, ip, "mail.example.com", {}));
  world->settle();

  CHECK(api.get_vps(vps, {})->hostname == "shop.example.com");
  CHECK(api.get_vps(vps, {})->ipv4.at(0).ptr == "mail.example.com");
}

TEST_CASE("a restored backup costs the snapshot", "[contract]") {
  T0_ON_BOTH_SIDES();
  REQUIRE(api.create_snapshot(vps, {}));
  world->settle();
  REQUIRE(api.get_snapshot(vps, {})->has_value());
  const auto backups = api.list_backups(vps, {});
  REQUIRE(backups->size() == 2);

  REQUIRE(api.restore_backup(vps, backups->front().id, {}));
  world->settle();

  CHECK(api.get_vps(vps, {})->state == VpsState::Running);
  CHECK(!api.get_snapshot(vps, {})->has_value());
  CHECK(api.restore_backup(vps, {"999999999"}, {}).error().code == Code::NotFound);
}

TEST_CASE("there is one snapshot, which a new one replaces", "[contract]") {
  T0_ON_BOTH_SIDES();
  CHECK(!api.get_snapshot(vps, {})->has_value());
  REQUIRE(api.create_snapshot(vps, {}));
  world->settle();
  const auto first = *api.get_snapshot(vps, {});

  REQUIRE(api.create_snapshot(vps, {}));
  world->settle();
  const auto second = *api.get_snapshot(vps, {});

  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->id != second->id);
  CHECK(*second->expires_at > *second->created_at);
  REQUIRE(api.restore_snapshot(vps, {}));
  world->settle();
  CHECK(api.get_vps(vps, {})->state == VpsState::Running);
  REQUIRE(api.delete_snapshot(vps, {}));
  world->settle();
  CHECK(!api.get_snapshot(vps, {})->has_value());
}

TEST_CASE("a recreated VM has no snapshot and runs", "[contract]") {
  T0_ON_BOTH_SIDES();
  REQUIRE(api.create_snapshot(vps, {}));
  world->settle();

  REQUIRE(api.recreate_vps(vps, {.os = api.list_templates({})->front().id}, {}));
  world->settle();

  CHECK(api.get_vps(vps, {})->state == VpsState::Running);
  CHECK(!api.get_snapshot(vps, {})->has_value());
}

TEST_CASE("a bought VM is there, and is not set up twice", "[contract]") {
  T0_ON_BOTH_SIDES();
  const std::size_t before = api.list_subscriptions({})->size();
  const VpsSetup setup{.os = api.list_templates({})->front().id,
                       .data_center = api.list_data_centers({})->front().id,
                       .hostname = "new.example.com"};
  const PriceId price = side == Side::Fake
                            ? PriceId{"kvm2"}
                            : api.list_catalog({"VPS", ""}, {})->front().prices.front().id;

  const auto bought = api.purchase_vps({.price = price, .setup = setup}, {});
  world->settle();

  REQUIRE(bought);
  REQUIRE(bought->vps);
  const auto vm = api.get_vps(bought->vps->id, {});
  CHECK(vm->state == VpsState::Running);
  CHECK(vm->hostname == "new.example.com");
  CHECK(vm->subscription == bought->order.subscription);
  CHECK(api.list_subscriptions({})->size() == before + 1);
  CHECK(api.setup_vps(bought->vps->id, setup, {}).error().code == Code::Validation);
}

TEST_CASE("post-install scripts are kept", "[contract]") {
  T0_ON_BOTH_SIDES();
  const auto made = api.create_script({"keys", "#!/bin/sh\necho one"}, {});
  REQUIRE(made);

  REQUIRE(api.update_script(made->id, {"keys", "#!/bin/sh\necho two"}, {}));

  CHECK(api.get_script(made->id, {})->content == "#!/bin/sh\necho two");
  CHECK(api.list_scripts({})->size() == 1);
  REQUIRE(api.delete_script(made->id, {}));
  CHECK(api.get_script(made->id, {}).error().code == Code::NotFound);
  CHECK(api.delete_script(made->id, {}).error().code == Code::NotFound);
}
