#pragma once

#include "server/sandbox/fixture.h"

namespace tier0::sandbox {

/// Gives a machine of a fixture whatever it leaves out: id, addresses, a disk with users and keys,
/// backups, their schedule, a subscription. A machine in state initial gets no system.
void complete_machine(World& world, Account& account, Vm& vm, const Seeding& seeding, Millis now);

}  // namespace tier0::sandbox
