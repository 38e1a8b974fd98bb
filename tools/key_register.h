#pragma once

#include <set>
#include <string>

#include "server/tool/runbook.h"

namespace tier0::tools {

/// The accounts' register of public keys serves new VMs and controls no access: what fails here is
/// a warning. Each looks first, so it may be run again.

/// Every account has that public line, under its comment.
StepResult register_key(StepContext& step, const std::string& line);
/// No account has these keys of ours any more.
StepResult unregister_keys(StepContext& step, const std::set<std::string>& fingerprints);

}  // namespace tier0::tools
