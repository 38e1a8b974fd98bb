#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/broker/broker.h"
#include "server/mcp/call.h"

namespace tier0 {

/// The tools that the caller could call.
std::vector<const Tool*> tools_of(const Broker& broker, const mcp::Caller& caller);
bool has_tool(std::span<const Tool* const> tools, std::string_view name);
/// Whether the caller could call this one.
bool may_see(const Broker& broker, const mcp::Caller& caller, std::string_view tool);

/// The answer of a tool that reads, asked on behalf of another request: refused and audited as the
/// call itself would be.
Reply ask_tool(Broker& broker, mcp::Call& call, std::string tool, Json arguments);

}  // namespace tier0
