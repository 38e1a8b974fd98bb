#pragma once

#include <stop_token>

#include "server/cli/commands.h"
#include "server/cli/setup.h"

namespace tier0::cli {

/// Carries a client on stdio to the process that owns the state directory, until either ends.
/// Returns the exit code.
int forward_stdio(const Serve& command, const Setup& setup, int out, std::stop_source& stop);

}  // namespace tier0::cli
