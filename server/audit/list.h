#pragma once

#include <vector>

#include "server/base/json.h"
#include "server/store/store.h"

namespace tier0 {

/// Calls as people read them, newest first: {call, time, principal, agent, tenant, transport, tool,
/// effect, decision, arguments, targets, plan_id, operation_id, state, kind, changed, summary,
/// duration_ms, evidence_digest}. `state` is done | refused | running | lost (began, and its
/// process ended without saying how it went: outcome unknown).
Result<std::vector<Json>> list_audit(Store& store, const AuditFilter& filter);

/// One row as it lies on disk, for `audit export`.
Json to_json(const AuditRow& row);

}  // namespace tier0
