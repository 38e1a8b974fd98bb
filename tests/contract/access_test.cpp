// What the fake and the sandbox must agree on: firewalls, keys, Docker, Monarx, the account.
#include "tests/contract/world.h"

using namespace tier0;

namespace {

const FirewallMatch kSsh{.protocol = "TCP", .port = "22"};
const FirewallMatch kWeb{
    .protocol = "TCP", .port = "443", .source = "custom", .source_detail = "203.0.113.0/24"};
const std::string kKey =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG1pbmltYWxrZXltYXRlcmlhbGZvcnRlc3RzMDAx ops@example";

}  // namespace

TEST_CASE("a changed rule waits for a sync", "[contract]") {
  T0_ON_BOTH_SIDES();
  const auto wall = api.create_firewall("production", {});
  REQUIRE(wall);
  CHECK(wall->rules.empty());
  const auto rule = api.add_firewall_rule(wall->id, kSsh, {});
  REQUIRE(rule);
  CHECK(rule->match == kSsh);
  CHECK(rule->action == "accept");

  REQUIRE(api.activate_firewall(wall->id, vps, {}));
  world->settle();
  REQUIRE(api.update_firewall_rule(wall->id, rule->id, kWeb, {}));

  CHECK(api.get_vps(vps, {})->firewall == wall->id);
  CHECK(!api.get_firewall(wall->id, {})->is_synced);
  CHECK(api.get_firewall(wall->id, {})->rules.at(0).match == kWeb);
  REQUIRE(api.sync_firewall(wall->id, vps, {}));
  world->settle();
  CHECK(api.get_firewall(wall->id, {})->is_synced);
}

TEST_CASE("all rules are replaced and synced by one call", "[contract]") {
  T0_ON_BOTH_SIDES();
  const auto wall = api.create_firewall("production", {});
  REQUIRE(api.add_firewall_rule(wall->id, kSsh, {}));
  REQUIRE(api.activate_firewall(wall->id, vps, {}));
  world->settle();

  REQUIRE(api.replace_firewall_rules(wall->id, {kWeb, kSsh}, SyncAfter::Yes, {}));
  world->settle();

  const auto now = api.get_firewall(wall->id, {});
  REQUIRE(now->rules.size() == 2);
  CHECK(now->is_synced);
}

TEST_CASE("rules replaced without a sync wait for the sync of all", "[contract]") {
  T0_ON_BOTH_SIDES();
  const auto wall = api.create_firewall("production", {});
  REQUIRE(api.activate_firewall(wall->id, vps, {}));
  world->settle();

  REQUIRE(api.replace_firewall_rules(wall->id, {kSsh}, SyncAfter::No, {}));
  world->settle();

  CHECK(!api.get_firewall(wall->id, {})->is_synced);
  REQUIRE(api.sync_firewall_everywhere(wall->id, {}));
  world->settle();
  CHECK(api.get_firewall(wall->id, {})->is_synced);
}

TEST_CASE("a firewall leaves a VM by deactivation and by deletion", "[contract]") {
  T0_ON_BOTH_SIDES();
  const auto wall = api.create_firewall("production", {});
  REQUIRE(api.activate_firewall(wall->id, vps, {}));
  world->settle();

  REQUIRE(api.deactivate_firewall(wall->id, vps, {}));
  world->settle();
  CHECK(!api.get_vps(vps, {})->firewall);
  REQUIRE(api.activate_firewall(wall->id, vps, {}));
  world->settle();
  REQUIRE(api.delete_firewall(wall->id, {}));
  world->settle();

  CHECK(!api.get_vps(vps, {})->firewall);
  CHECK(api.get_firewall(wall->id, {}).error().code == Code::NotFound);
  CHECK(api.list_firewalls({})->empty());
  CHECK(api.activate_firewall(wall->id, vps, {}).error().code == Code::NotFound);
}

TEST_CASE("a rule that is gone is not found", "[contract]") {
  T0_ON_BOTH_SIDES();
  const auto wall = api.create_firewall("production", {});
  const auto rule = api.add_firewall_rule(wall->id, kSsh, {});

  REQUIRE(api.delete_firewall_rule(wall->id, rule->id, {}));

  CHECK(api.get_firewall(wall->id, {})->rules.empty());
  CHECK(api.delete_firewall_rule(wall->id, rule->id, {}).error().code == Code::NotFound);
  CHECK(api.update_firewall_rule(wall->id, rule->id, kSsh, {}).error().code == Code::NotFound);
}

TEST_CASE("a firewall is activated on a running VM only", "[contract]") {
  T0_ON_BOTH_SIDES();
  const auto wall = api.create_firewall("production", {});
  REQUIRE(api.stop_vps(vps, {}));
  world->settle();

  CHECK(api.activate_firewall(wall->id, vps, {}).error().code == Code::Validation);
}

TEST_CASE("account keys are kept, and attaching one to a running VM is hollow", "[contract]") {
  T0_ON_BOTH_SIDES();
  const std::size_t before = api.list_keys({})->size();
  const auto key = api.create_key({"smarteros:deploy:2026-11:1", kKey}, {});
  REQUIRE(key);
  CHECK(key->key == kKey);

  const auto attached = api.attach_keys(vps, {key->id}, {});

  REQUIRE(attached);
  CHECK(!attached->action);
  CHECK(api.list_attached_keys(vps, {}).error().code == Code::NotFound);
  CHECK(api.list_keys({})->size() == before + 1);
  REQUIRE(api.delete_key(key->id, {}));
  CHECK(api.list_keys({})->size() == before);
  CHECK(api.delete_key(key->id, {}).error().code == Code::NotFound);
}

TEST_CASE("Docker Manager refuses a system that it does not support", "[contract]") {
  T0_ON_BOTH_SIDES();

  const auto projects = api.list_projects(vps, {});
  const auto deployed = api.deploy_project(vps, {.name = {"shop"}, .content = "services: {}"}, {});

  CHECK(projects.error().code == Code::WrongState);
  CHECK(deployed.error().code == Code::WrongState);
}

TEST_CASE("Monarx is installed and removed", "[contract]") {
  T0_ON_BOTH_SIDES();
  REQUIRE(api.get_scan_metrics(vps, {}));
  CHECK(!api.get_scan_metrics(vps, {})->has_value());

  REQUIRE(api.install_monarx(vps, {}));
  world->settle();
  CHECK(api.get_scan_metrics(vps, {})->has_value());
  REQUIRE(api.uninstall_monarx(vps, {}));
  world->settle();

  CHECK(!api.get_scan_metrics(vps, {})->has_value());
}

TEST_CASE("a domain that nobody has is available", "[contract]") {
  T0_ON_BOTH_SIDES();

  const auto answers =
      api.check_availability({.label = "zzqx-4711-kk", .tlds = {"com", "net"}}, {});

  REQUIRE(answers);
  REQUIRE(answers->size() == 2);
  CHECK(answers->at(0).domain == "zzqx-4711-kk.com");
}

TEST_CASE("the catalogue is filtered by category and by name", "[contract]") {
  T0_ON_BOTH_SIDES();

  const auto domains = api.list_catalog({"DOMAIN", ".COM D*"}, {});

  REQUIRE(domains);
  REQUIRE(domains->size() == 1);
  CHECK(domains->at(0).name == ".COM Domain");
  CHECK(api.list_catalog({"VPS", ""}, {})->size() < api.list_catalog({}, {})->size());
  CHECK(api.list_catalog({"", ".C*"}, {})->size() >= 1);
}

TEST_CASE("the account has a subscription for its VM and a card", "[contract]") {
  T0_ON_BOTH_SIDES();

  const auto vm = api.get_vps(vps, {});
  const auto subscriptions = api.list_subscriptions({});
  const auto cards = api.list_payment_methods({});

  REQUIRE(vm->subscription);
  CHECK(subscriptions->at(0).id == *vm->subscription);
  CHECK(cards->at(0).is_default);
}

TEST_CASE("an operation that the provider does not have is not found", "[contract]") {
  T0_ON_BOTH_SIDES();

  const auto reply = api.call_operation(
      {.method = "GET", .path = "/api/vps/v1/nothing", .resend = Resend::Allowed}, {});

  CHECK(reply.error().code == Code::NotFound);
}
