#include "server/sandbox/control_hosts.h"

#include <algorithm>
#include <charconv>

#include "server/sandbox/call.h"
#include "server/sandbox/firewall_rules.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/ssh_side.h"
#include "server/sandbox/timeline.h"

namespace tier0::sandbox {
namespace {

constexpr double kSuspendSeconds = 20;

Error wrong(std::string message) {
  return {.code = Code::Validation, .message = std::move(message)};
}

void later(World& world, const Account& account, const Vm& vm, Millis now, std::string state) {
  schedule(world, {.at = now + scaled(world, kSuspendSeconds),
                   .what = "vm.state",
                   .account = account.name,
                   .vm = vm.id,
                   .args = {{"state", std::move(state)}}});
}

Result<Unit> happen_to(World& world, Account& account, Vm& vm, const std::string& what,
                       Millis now) {
  if (what == "suspend") {
    vm.state = "suspending";
    later(world, account, vm, now, "suspended");
  } else if (what == "unsuspend") {
    vm.state = "unsuspending";
    later(world, account, vm, now, "running");
  } else if (what == "stop") {
    vm.state = "stopped";
  } else if (what == "fail") {
    vm.state = "error";
  } else if (what == "boot") {
    vm.state = "running";
    boot(world, vm, account, now);
  } else {
    return wrong("do is one of suspend, unsuspend, stop, fail and boot");
  }
  return Unit{};
}

Result<Unit> change_client_addresses(World& world, const Json& addresses) {
  if (!addresses.is_array()) return wrong("client_addresses is a list of IP addresses");
  std::vector<std::string> next;
  for (const Json& address : addresses) {
    if (!address.is_string() || !is_address_range(address.get<std::string>()))
      return wrong("client_addresses is a list of IP addresses");
    next.push_back(address.get<std::string>());
  }
  world.client_addresses = std::move(next);
  return Unit{};
}

}  // namespace

Json hosts_view(const Stage& stage, Millis now) {
  const Json endpoints = endpoints_view(stage);
  Json hosts = Json::object();
  for (const Account& account : stage.world.accounts)
    for (const Vm& vm : account.vms) {
      if (vm.template_id == 0) continue;
      const std::string id = std::to_string(vm.id);
      const HostState state = host_state(stage.world, vm, now);
      Json view = endpoints.value(id, Json::object());
      view.update({{"account", account.name},
                   {"hostname", vm.hostname},
                   {"state", vm.state},
                   {"answers_ssh", state.answers_ssh},
                   {"image", state.disk->image},
                   {"script", vm.script}});
      hosts[id] = std::move(view);
    }
  return {{"hosts", std::move(hosts)}, {"client_addresses", stage.world.client_addresses}};
}

Result<Unit> change_host(Stage& stage, const Json& change, Millis now) {
  if (const Json* addresses = find_member(change, "client_addresses"))
    T0_CHECK(change_client_addresses(stage.world, *addresses));
  const std::string vps = string_member(change, "vps");
  if (vps.empty()) {
    if (change.contains("client_addresses")) return Unit{};
    return wrong("vps says which machine, as text");
  }
  const Machine machine = find_machine(stage.world, vps);
  if (machine.vm == nullptr) return wrong("there is no machine " + vps);
  if (const Json* script = find_member(change, "script")) {
    if (!script->is_object()) return wrong("script is an object");
    machine.vm->script = *script;
  }
  if (const std::string what = string_member(change, "do"); !what.empty())
    T0_CHECK(happen_to(stage.world, *machine.account, *machine.vm, what, now));
  return Unit{};
}

}  // namespace tier0::sandbox
