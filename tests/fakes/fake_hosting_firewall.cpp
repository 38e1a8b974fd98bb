#include <algorithm>

#include "tests/fakes/fake_hosting.h"

namespace tier0 {
namespace {

Error no_rule() {
  return {.code = Code::NotFound, .message = "the rule does not exist"};
}

Error no_such_call() {
  return {.code = Code::NotFound, .message = "[VPS:2002] Route is not found."};
}

auto has(const FirewallId& firewall) {
  return [firewall](const FakeWorld& world, const FakeMachine&) -> Result<Unit> {
    if (!world.firewalls.contains(firewall))
      return Error{.code = Code::NotFound, .message = "the firewall does not exist"};
    return Unit{};
  };
}

std::vector<std::string> words(const FirewallId& firewall, const FirewallMatch& match) {
  return {firewall.value, match.protocol, match.port, match.source, match.source_detail};
}

}  // namespace

std::vector<FirewallRule> FakeHosting::make_rules(const std::vector<FirewallMatch>& matches) {
  std::vector<FirewallRule> rules;
  for (const FirewallMatch& match : matches)
    rules.push_back({.id = FirewallRuleId{next_id()}, .action = "accept", .match = match});
  return rules;
}

Result<std::vector<Firewall>> FakeHosting::list_firewalls(const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_firewalls"}, cancel));
  std::vector<Firewall> all;
  for (const auto& [id, firewall] : world_.firewalls) all.push_back(firewall);
  return all;
}

Result<Firewall> FakeHosting::get_firewall(const FirewallId& firewall, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"get_firewall", {firewall.value}}, cancel));
  T0_TRY(const Firewall* const found, find_firewall(firewall));
  return *found;
}

Result<Firewall> FakeHosting::create_firewall(const std::string& name, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Write, {"create_firewall", {name}}, cancel));
  const FirewallId id{next_id()};
  world_.firewalls[id] = {.id = id, .name = name, .created_at = clock_.wall()};
  T0_CHECK(leave("create_firewall"));
  return world_.firewalls[id];
}

Result<Unit> FakeHosting::delete_firewall(const FirewallId& firewall, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Write, {"delete_firewall", {firewall.value}}, cancel));
  T0_CHECK(find_firewall(firewall));
  world_.firewalls.erase(firewall);
  for (auto& [id, machine] : world_.machines)
    if (machine.vps.firewall == firewall) machine.vps.firewall.reset();
  return leave("delete_firewall");
}

Result<FirewallRule> FakeHosting::add_firewall_rule(const FirewallId& firewall,
                                                    const FirewallMatch& match,
                                                    const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Write, {"add_firewall_rule", words(firewall, match)}, cancel));
  T0_TRY(Firewall* const found, find_firewall(firewall));
  found->rules.push_back(make_rules({match}).front());
  found->is_synced = false;
  T0_CHECK(leave("add_firewall_rule"));
  return found->rules.back();
}

Result<FirewallRule> FakeHosting::update_firewall_rule(const FirewallId& firewall,
                                                       const FirewallRuleId& rule,
                                                       const FirewallMatch& match,
                                                       const Cancel& cancel) {
  const MutexLock lock(mutex_);
  HostingCall call{"update_firewall_rule", words(firewall, match)};
  call.arguments.insert(call.arguments.begin() + 1, rule.value);
  T0_CHECK(enter(Kind::Write, std::move(call), cancel));
  T0_TRY(Firewall* const found, find_firewall(firewall));
  const auto one = std::ranges::find(found->rules, rule, &FirewallRule::id);
  if (one == found->rules.end()) return no_rule();
  one->match = match;
  found->is_synced = false;
  T0_CHECK(leave("update_firewall_rule"));
  return *one;
}

Result<Unit> FakeHosting::delete_firewall_rule(const FirewallId& firewall,
                                               const FirewallRuleId& rule, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Write, {"delete_firewall_rule", {firewall.value, rule.value}}, cancel));
  T0_TRY(Firewall* const found, find_firewall(firewall));
  if (std::erase_if(found->rules, [&](const auto& one) { return one.id == rule; }) == 0)
    return no_rule();
  found->is_synced = false;
  return leave("delete_firewall_rule");
}

Result<Accepted> FakeHosting::replace_firewall_rules(const FirewallId& firewall,
                                                     const std::vector<FirewallMatch>& rules,
                                                     SyncAfter sync, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(
      Kind::Write,
      {"replace_firewall_rules",
       {firewall.value, std::to_string(rules.size()), sync == SyncAfter::Yes ? "sync" : "no sync"}},
      cancel));
  if (!world_.has_bulk_firewall_calls) return no_such_call();
  T0_TRY(Firewall* const found, find_firewall(firewall));
  found->rules = make_rules(rules);
  found->is_synced = sync == SyncAfter::Yes;
  T0_CHECK(leave("replace_firewall_rules"));
  return Accepted{};
}

Result<Accepted> FakeHosting::activate_firewall(const FirewallId& firewall, const VpsId& vps,
                                                const Cancel& cancel) {
  const auto activate = [firewall](FakeWorld&, FakeMachine& m) { m.vps.firewall = firewall; };
  return act({"activate_firewall", {firewall.value, vps.value}}, vps,
             {"firewall_activate", {VpsState::Running}, activate, has(firewall)}, cancel);
}

Result<Accepted> FakeHosting::deactivate_firewall(const FirewallId& firewall, const VpsId& vps,
                                                  const Cancel& cancel) {
  const auto deactivate = [](FakeWorld&, FakeMachine& m) { m.vps.firewall.reset(); };
  return act({"deactivate_firewall", {firewall.value, vps.value}}, vps,
             {"firewall_deactivate", {}, deactivate, has(firewall)}, cancel);
}

Result<Accepted> FakeHosting::sync_firewall(const FirewallId& firewall, const VpsId& vps,
                                            const Cancel& cancel) {
  const auto sync = [firewall](FakeWorld& world, FakeMachine&) {
    world.firewalls[firewall].is_synced = true;  // one flag for the whole group
  };
  return act({"sync_firewall", {firewall.value, vps.value}}, vps,
             {"firewall_sync", {}, sync, has(firewall)}, cancel);
}

Result<Accepted> FakeHosting::sync_firewall_everywhere(const FirewallId& firewall,
                                                       const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Write, {"sync_firewall_everywhere", {firewall.value}}, cancel));
  if (!world_.has_bulk_firewall_calls) return no_such_call();
  T0_TRY(Firewall* const found, find_firewall(firewall));
  found->is_synced = true;
  T0_CHECK(leave("sync_firewall_everywhere"));
  return Accepted{};
}

}  // namespace tier0
