#pragma once

#include <optional>

#include "server/sandbox/world.h"

namespace tier0::sandbox {

/// Lets everything happen that is due at `now`, in the order of its time. True if anything was.
bool advance(World& world, Millis now);

/// When the next thing happens by itself.
std::optional<Millis> next_event(const World& world);

/// The system of the VM is up from now on; sshd follows after the boot.
void boot(World& world, Vm& vm, const Account& account, Millis now);

}  // namespace tier0::sandbox
