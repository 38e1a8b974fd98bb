#pragma once

#include <stop_token>

#include "server/base/json.h"
#include "server/base/result.h"
#include "server/cli/commands.h"

namespace tier0::cli {

/// One call at a running server over HTTP, in the newest revision of the protocol. The token
/// decides the agent. The answer has the form of make_call. A call whose answer was lost is
/// timeout_unknown.
Result<Json> call_remote(const Call& command, const std::stop_token& stop);

}  // namespace tier0::cli
