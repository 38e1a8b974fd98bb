// Firewalls, and their attachment to machines.

#include <algorithm>

#include "server/sandbox/effects.h"
#include "server/sandbox/fields.h"
#include "server/sandbox/firewall_rules.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/views.h"

namespace tier0::sandbox {
namespace {

struct Pair {
  Firewall* firewall;
  Vm* vm;
  explicit operator bool() const { return firewall != nullptr && vm != nullptr; }
};

Pair path_pair(Call& call) {
  return {find_firewall(call.account, call.id(0)), find_vm(call.account, call.id(1))};
}

/// One flag for the whole group: true once no attached machine filters by older rules.
void refresh_synced(const Account& account, Firewall& firewall) {
  firewall.is_synced = std::ranges::none_of(account.vms, [&firewall](const Vm& vm) {
    return vm.firewall == firewall.id && vm.active_revision != firewall.revision;
  });
}

Firewall* named_firewall(const Effect& effect) {
  return find_firewall(effect.account, effect.args.value("firewall", Id{0}));
}

Work sync_work(const Firewall& firewall) {
  return {.verb = "firewall-sync",
          .name = "firewall_sync",
          .seconds = 12,
          .args = {{"firewall", firewall.id}}};
}

}  // namespace

Response list_firewalls(Call& call) {
  Json list = Json::array();
  for (const Firewall& firewall : call.account.firewalls) list.push_back(firewall_view(firewall));
  return paged(call, list);
}

Response create_firewall(Call& call) {
  constexpr FieldRule kRules[] = {{.name = "name", .max = 255}};
  if (auto refused = invalid(call, kRules)) return *refused;
  call.account.firewalls.push_back({.id = new_id(call.world),
                                    .name = string_member(call.body, "name"),
                                    .created = call.now,
                                    .updated = call.now});
  return ok(firewall_view(call.account.firewalls.back()));
}

Response get_firewall(Call& call) {
  const Firewall* firewall = find_firewall(call.account, call.id(0));
  return firewall == nullptr ? not_found(call.world) : ok(firewall_view(*firewall));
}

Response delete_firewall(Call& call) {
  const Firewall* firewall = find_firewall(call.account, call.id(0));
  if (firewall == nullptr) return not_found(call.world);
  const Id id = firewall->id;
  // The machines are left open, without a word.
  for (Vm& vm : call.account.vms)
    if (vm.firewall == id) vm.firewall.reset();
  std::erase_if(call.account.firewalls, [id](const Firewall& f) { return f.id == id; });
  return accepted();
}

Response activate_firewall(Call& call) {
  const Pair pair = path_pair(call);
  if (!pair) return not_found(call.world);
  const bool running = call.world.quirks.on("activation-needs-running");
  const auto refused = running ? refuse_unless(call, *pair.vm, {"running"})
                               : refuse_unless(call, *pair.vm, {"running", "stopped"});
  if (refused) return *refused;
  return start_work(call, *pair.vm,
                    {.verb = "firewall-activate",
                     .name = "firewall_activate",
                     .seconds = 15,
                     .args = {{"firewall", pair.firewall->id}}});
}

Response deactivate_firewall(Call& call) {
  const Pair pair = path_pair(call);
  if (!pair) return not_found(call.world);
  if (auto refused = refuse_unless(call, *pair.vm, {"running", "stopped"})) return *refused;
  if (pair.vm->firewall != pair.firewall->id)
    return refused_inside(call.world, "[VPS:2004] The firewall is not active on this machine.");
  return start_work(call, *pair.vm,
                    {.verb = "firewall-deactivate", .name = "firewall_deactivate", .seconds = 10});
}

Response sync_firewall(Call& call) {
  const Pair pair = path_pair(call);
  if (!pair) return not_found(call.world);
  if (auto refused = refuse_unless(call, *pair.vm, {"running"})) return *refused;
  if (pair.vm->firewall != pair.firewall->id)
    return refused_inside(call.world, "[VPS:2004] The firewall is not active on this machine.");
  return start_work(call, *pair.vm, sync_work(*pair.firewall));
}

Response sync_firewall_everywhere(Call& call) {
  if (!call.world.quirks.on("new-firewall-endpoints")) return no_route(call.world);
  Firewall* firewall = find_firewall(call.account, call.id(0));
  if (firewall == nullptr) return not_found(call.world);
  start_syncs(call, *firewall);
  return accepted();
}

void start_syncs(Call& call, Firewall& firewall) {
  bool attached = false;
  for (Vm& vm : call.account.vms)
    if (vm.firewall == firewall.id) {
      attached = true;
      start_work(call, vm, sync_work(firewall));
    }
  if (!attached) firewall.is_synced = true;
}

void activate_rules(const Effect& effect) {
  Firewall* firewall = named_firewall(effect);
  if (firewall == nullptr) return;
  effect.vm.firewall = firewall->id;
  effect.vm.active_rules = firewall->rules;
  effect.vm.active_revision = firewall->revision;
  if (effect.suffers("locks-out")) effect.vm.active_rules.clear();
  if (effect.world.quirks.on("activation-syncs")) refresh_synced(effect.account, *firewall);
}

void deactivate_rules(const Effect& effect) {
  effect.vm.firewall.reset();
  effect.vm.active_rules.clear();
}

void sync_rules(const Effect& effect) {
  Firewall* firewall = named_firewall(effect);
  if (firewall == nullptr || effect.vm.firewall != firewall->id) return;
  if (effect.suffers("never-synced")) return;
  effect.vm.active_rules = firewall->rules;
  effect.vm.active_revision = firewall->revision;
  refresh_synced(effect.account, *firewall);
}

}  // namespace tier0::sandbox
