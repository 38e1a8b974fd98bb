#pragma once

#include <chrono>
#include <string>

#include "server/backend/ssh_runner.h"
#include "server/base/cancel.h"
#include "server/base/result.h"
#include "server/ssh/session.h"

namespace tier0::ssh {

/// What applies to one command, as it stands in CommandOutput and in errors.
struct CommandLimits {
  std::chrono::milliseconds total{};  // the deadline of `cancel` below, for people
  std::chrono::milliseconds idle{};
};

/// Runs a program in a session that is logged in. Its output is taken to the last byte and kept up
/// to the command's limit. `line` is the quoted argv. An error without maybe_done means that the
/// host was never asked to start it.
Result<CommandOutput> run_command(Session& session, const Command& command, const std::string& line,
                                  const CommandLimits& limits, const Cancel& cancel);

}  // namespace tier0::ssh
