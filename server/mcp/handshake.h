#pragma once

#include <string>
#include <variant>

#include "server/mcp/shared.h"

namespace tier0::mcp {

/// What a client says in `initialize`, and what it gets.
struct Handshake {
  Revision revision;
  ClientCapabilities client;
};

/// A revision that is known is granted; for any other the client is offered the newest that has a
/// handshake, and leaves if it cannot.
std::variant<Handshake, ProtocolError> read_initialize(const Json& params);

/// The result of `initialize`, serialised.
std::string initialize_result(Shared& shared, const Caller& caller, Revision revision);
/// The result of `server/discover`, serialised.
std::string discover_result(Shared& shared, const Caller& caller);

}  // namespace tier0::mcp
