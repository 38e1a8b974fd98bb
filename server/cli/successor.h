#pragma once

#include <stop_token>

#include "server/cli/commands.h"
#include "server/cli/setup.h"

namespace tier0::cli {

/// A `serve --stdio` beside the process that owns the state directory: carries its client to that
/// one, and when it leaves takes its place, or goes on with whoever did. Returns the exit code.
int serve_beside_owner(const Serve& command, const Options& options, Setup setup, int out,
                       std::stop_source& stop);

}  // namespace tier0::cli
