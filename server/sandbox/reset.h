#pragma once

#include <string>

namespace tier0::sandbox {

/// Ends the accepted TCP connection that has this peer and this local port with an RST. The HTTP
/// library does not show its sockets, so the process looks through its own.
void reset_connection(const std::string& peer_address, int peer_port, int local_port);

}  // namespace tier0::sandbox
