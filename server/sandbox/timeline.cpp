#include "server/sandbox/timeline.h"

#include <algorithm>

#include "server/sandbox/backups.h"
#include "server/sandbox/call.h"
#include "server/sandbox/effects.h"
#include "server/sandbox/purchase.h"

namespace tier0::sandbox {
namespace {

constexpr double kBootSeconds = 6;

Action* find_action(Vm& vm, Id id) {
  const auto found = std::ranges::find(vm.actions, id, &Action::id);
  return found == vm.actions.end() ? nullptr : &*found;
}

/// Work that failed leaves the VM as it was, unless a half-written disk is in it.
std::string state_after_failure(const Effect& effect, const std::string& was) {
  if (effect.suffers("vm-error")) return "error";
  const std::string verb = string_member(effect.args, "verb");
  const bool disk_touched = verb.starts_with("restore") || verb == "recreate";
  return disk_touched ? "stopped" : was;
}

void finish(World& world, Account& account, Vm& vm, Action& action, const Event& event) {
  const Effect effect{world, account, vm, event.args, event.at};
  const bool failed = effect.suffers("action-error") || effect.suffers("vm-error");
  if (failed)
    vm.state = state_after_failure(effect, string_member(event.args, "was", vm.state));
  else
    apply(effect);
  action.state = failed ? "error" : "success";
  action.updated = event.at;
  if (vm.busy_with == action.id) vm.busy_with = 0;
}

void happen_on_vm(World& world, Account& account, Vm& vm, const Event& event) {
  Action* action = find_action(vm, event.action);
  if (event.what == "vm.state") {
    vm.state = string_member(event.args, "state", vm.state);
  } else if (event.what == "backup") {
    take_scheduled_backup(world, account, vm, event);
  } else if (event.what == "snapshot.expires") {
    if (vm.snapshot && vm.snapshot->expires <= event.at) vm.snapshot.reset();
  } else if (event.what == "ip.assigned") {
    assign_addresses(world, vm);
  } else if (action != nullptr && event.what == "action.done") {
    finish(world, account, vm, *action, event);
  } else if (action != nullptr && event.what.starts_with("action.")) {
    action->state = event.what == "action.delayed" ? "delayed" : "sent";
    action->updated = event.at;
  }
}

void happen(World& world, const Event& event) {
  Account* account = find_account(world, event.account);
  if (account == nullptr) return;
  if (event.what == "order.clears") {
    clear_order(world, *account, event);
    return;
  }
  if (Vm* vm = find_vm(*account, event.vm)) happen_on_vm(world, *account, *vm, event);
}

}  // namespace

bool advance(World& world, Millis now) {
  bool changed = false;
  while (!world.events.empty() && world.events.front().at <= now) {
    const Event event = std::move(world.events.front());
    world.events.erase(world.events.begin());
    happen(world, event);
    changed = true;
  }
  return changed;
}

std::optional<Millis> next_event(const World& world) {
  if (world.events.empty()) return std::nullopt;
  return world.events.front().at;
}

void boot(World& world, Vm& vm, const Account& account, Millis now) {
  vm.booted = now;
  vm.ssh_from = now + scaled(world, kBootSeconds);
  // Nothing is left to do by then, but whoever waits for a change has to look again.
  schedule(world, {.at = vm.ssh_from, .what = "ssh.up", .account = account.name, .vm = vm.id});
}

}  // namespace tier0::sandbox
