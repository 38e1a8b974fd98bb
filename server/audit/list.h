#pragma once

#include <vector>

#include "server/base/json.h"
#include "server/store/store.h"

namespace tier0 {

/// Calls as people read them, newest first: {call, time, principal, agent, tenant, transport, tool,
/// effect, verdict, grant, policy, arguments, targets, plan_id, operation_id, state, kind, changed,
/// summary, duration_us, evidence}, as far as known. `state` is done | refused | open | lost: lost
/// is a call that began and whose process ended without saying how (kind unknown); open may be
/// running, or its process died and none has followed yet.
Result<std::vector<Json>> list_audit(Store& store, const AuditFilter& filter);

/// One row as it lies on disk, for `audit export`: its columns under their names.
Json to_json(const AuditRow& row);

}  // namespace tier0
