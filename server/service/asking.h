#pragma once

#include <string>

#include "server/broker/broker.h"
#include "server/mcp/call.h"

namespace tier0 {

/// Whether the caller could call the tool.
bool may_see(const Broker& broker, const mcp::Caller& caller, std::string_view tool);

/// The answer of a tool that reads, asked on behalf of another request: refused and audited as the
/// call itself would be.
Reply ask_tool(Broker& broker, mcp::Call& call, std::string tool, Json arguments);

}  // namespace tier0
