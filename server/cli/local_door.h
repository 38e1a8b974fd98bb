#pragma once

#include <memory>

#include "server/cli/engine.h"
#include "server/state/local_server.h"

namespace tier0::cli {

/// Serves the other processes on this state directory over its socket: agents with an MCP stream,
/// `tier0 call` and the administration with single requests. The engine outlives it.
Result<std::unique_ptr<LocalServer>> open_local_door(Engine& engine);

/// One call by an agent, as `tier0 call` asks for it here or at the socket. The answer is
/// {"outcome": "result" | "unknown_tool", "is_error", "result"}.
Json make_call(Engine& engine, const Principal& who, const Json& request,
               const std::string& transport, Progress& progress, const std::stop_token& stop);

}  // namespace tier0::cli
