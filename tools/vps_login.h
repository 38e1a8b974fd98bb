#pragma once

#include "server/tool/runbook.h"

namespace tier0::tools {

/// A new connection, as the deploy user and with that key of ours, that runs `true`.
Result<CommandOutput> log_in(ToolContext& context, const HostName& host,
                             KeyUse key = KeyUse::Current);

/// Whether a machine that is booting answers so.
bool may_be_booting(const Error& error);

/// Proves that one can log in to the step's VPS; Again while it boots. It never fails the runbook:
/// evidence "ssh login" says what came out, a warning what that means. Leaves the kind in the state
/// as "login", "ok" where it works.
StepResult prove_login(StepContext& step);

/// What a tool that is nothing without a login answers for a VPS that has no host.
Error no_host(const VpsId& vps);

}  // namespace tier0::tools
