#pragma once

#include "server/sandbox/world.h"

namespace tier0::sandbox {

/// Gives the machine its IPv4 and IPv6 addresses if it has none yet.
void assign_addresses(World& world, Vm& vm);

/// The payment of an order came through: the machine appears, not set up.
void clear_order(World& world, Account& account, const Event& event);

}  // namespace tier0::sandbox
