#pragma once

#include "server/tool/context.h"
#include "server/tool/runbook.h"

namespace tier0 {

/// A plan as a caller sees it: summary, warnings and in `data` effects, targets, lost, price,
/// duration_s and rollback. Changed is false.
ToolOutput shown_plan(const Plan& plan);

}  // namespace tier0
