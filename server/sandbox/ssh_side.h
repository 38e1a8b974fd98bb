#pragma once

#include <string_view>

#include "server/sandbox/host_view.h"
#include "server/sandbox/world.h"

// The world as the simulated SSH hosts see it, without lock or clock.
namespace tier0::sandbox {

struct Machine {
  Account* account = nullptr;
  Vm* vm = nullptr;
};
struct ConstMachine {
  const Account* account = nullptr;
  const Vm* vm = nullptr;
};
/// Both null where no account has a machine with that id.
Machine find_machine(World& world, std::string_view vps);
ConstMachine find_machine(const World& world, std::string_view vps);

HostState host_state(const World& world, const Vm& vm, Millis now);

/// The active firewall's verdict on any of the sandbox's clients.
bool lets_clients_in(const World& world, const Vm& vm, int port);

}  // namespace tier0::sandbox
