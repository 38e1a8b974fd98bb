#pragma once

#include "server/tool/tool.h"

namespace tier0 {

/// Gives an input schema the arguments that every tool of this effect takes (product.md 5): plan_id
/// for destructive and spend, dry_run for write, wait and idempotency_key for all three. They are
/// written here and nowhere else; what a file says about one of them is replaced.
void add_common_arguments(Effect effect, Json& input);

}  // namespace tier0
