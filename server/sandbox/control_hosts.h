#pragma once

#include "server/sandbox/control.h"

namespace tier0::sandbox {

/// {hosts: {vps: {…}}, client_addresses: […]}
Json hosts_view(const Stage& stage, Millis now);

/// {vps, do: suspend | unsuspend | stop | fail | boot} makes something happen to a machine from
/// outside; {vps, script: {…}} hands its simulated host a script; {client_addresses: […]} says
/// where the sandbox's clients are.
Result<Unit> change_host(Stage& stage, const Json& change, Millis now);

}  // namespace tier0::sandbox
