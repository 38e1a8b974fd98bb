#pragma once

#include <string>

#include "server/backend/ssh_runner.h"
#include "server/base/json.h"

namespace tier0::tools {

/// What a program printed, for an answer: cleaned, bounded, labelled as the host's.
void set_printed(Json& data, const HostName& host, const CommandOutput& ran);

/// Kind command_failed: how it ended and what it said.
Error command_failed(const std::string& command, const CommandOutput& ran);

}  // namespace tier0::tools
