#pragma once

#include <string>

#include "server/store/plan_store.h"
#include "server/tool/tool.h"

namespace tier0 {

/// What a person is asked about a plan: who wants it, tool, effect, targets, what is lost, price.
/// From the stored plan alone, never from what the agent says about it. Each line is bounded and
/// cleaned; names that others chose are quoted and labelled with their origin.
std::string approval_text(const PlanRow& plan, Effect effect);

}  // namespace tier0
