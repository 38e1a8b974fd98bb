#include "server/sandbox/ssh_side.h"

#include <algorithm>

#include "server/crypto/crypto.h"
#include "server/sandbox/firewall_rules.h"

namespace tier0::sandbox {
namespace {

Power power_of(const Vm& vm) {
  if (vm.state == "recovery") return Power::Rescue;
  return vm.state == "running" ? Power::On : Power::Off;
}

}  // namespace

Machine find_machine(World& world, std::string_view vps) {
  for (Account& account : world.accounts)
    for (Vm& vm : account.vms)
      if (std::to_string(vm.id) == vps) return {&account, &vm};
  return {};
}

ConstMachine find_machine(const World& world, std::string_view vps) {
  for (const Account& account : world.accounts)
    for (const Vm& vm : account.vms)
      if (std::to_string(vm.id) == vps) return {&account, &vm};
  return {};
}

HostState host_state(const World& world, const Vm& vm, Millis now) {
  HostState state{.vps = std::to_string(vm.id),
                  .hostname = vm.hostname,
                  .address = vm.ipv4.empty() ? "" : vm.ipv4.front().address,
                  .power = power_of(vm),
                  .host_key_seed = vm.disk->host_key_seed,
                  .rescue_password = vm.rescue_password,
                  .booted = vm.booted,
                  .cpus = vm.cpus,
                  .memory_mb = vm.memory,
                  .disk_mb = vm.disk_size,
                  .disk = vm.disk,
                  .script = vm.script};
  state.answers_ssh =
      state.power != Power::Off && now >= vm.ssh_from && lets_clients_in(world, vm, 22);
  // The rescue system is another one, and shows another key.
  if (state.power == Power::Rescue)
    state.host_key_seed = crypto::sha256_hex("rescue " + vm.disk->host_key_seed);
  return state;
}

bool lets_clients_in(const World& world, const Vm& vm, int port) {
  if (!vm.firewall) return true;
  return std::ranges::any_of(world.client_addresses, [&](const std::string& address) {
    return accepts(vm.active_rules, port, address);
  });
}

}  // namespace tier0::sandbox
