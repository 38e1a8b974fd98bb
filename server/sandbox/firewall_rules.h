#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/sandbox/call.h"

namespace tier0::sandbox {

/// An IP address, a CIDR, or two addresses with a dash between.
bool is_address_range(const std::string& text);

/// Queues a sync on every machine that the firewall is active on.
void start_syncs(Call& call, Firewall& firewall);

/// Whether the rules accept a TCP connection from the address to the port.
bool accepts(std::span<const FirewallRule> rules, int port, const std::string& address);

}  // namespace tier0::sandbox
