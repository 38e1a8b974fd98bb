#pragma once

#include "server/tool/runbook.h"

namespace tier0::tools {

/// Which hosts get a new key, which are off and lag behind, and whom it locks this server out of.
/// Errors: those of a login where a host that runs cannot be reached; wrong_state where none runs;
/// those of the key store where it cannot be written.
Result<Plan> plan_rotation(ToolContext& context, const Json& args);

}  // namespace tier0::tools
