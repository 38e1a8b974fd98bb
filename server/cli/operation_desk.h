#pragma once

#include <sys/types.h>

#include "server/operation/operations.h"
#include "server/policy/policy.h"

namespace tier0::cli {

/// What people decide about operations, for the person behind a user id, as the ApprovalDesk knows
/// them: {op: "operations-resume" | "operations-abandon", operation}. The answer is {ok: true}, or
/// an error as to_json writes it.
Json answer_about_operations(Operations& operations, const Policy& policy, uid_t user,
                             const Json& request);

/// Whether a request of the administration is one for that.
bool is_for_operation_desk(const Json& request);

}  // namespace tier0::cli
