#pragma once

#include <functional>
#include <stop_token>

#include "server/base/fd.h"
#include "server/cli/session_memory.h"

namespace tier0::cli {

/// Connects to the server that is there now, waiting for one if need be.
using NextServer = std::function<Result<OwnedFd>(const Cancel&)>;

/// Carries a client from one server to the next whenever one goes, without the client noticing more
/// than the errors of requests that were lost. Returns when the client has gone or at a stop; else
/// the error that kept it from going on, kind upstream where servers keep ending at once.
Result<Unit> forward(int client_in, int client_out, EffectOf effect_of, const NextServer& next,
                     const std::stop_token& stop);

}  // namespace tier0::cli
