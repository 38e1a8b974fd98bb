#pragma once

#include "server/tool/tool.h"

namespace tier0 {

/// What every tool of ours keeps to (product.md 5 and 6). Kind internal, naming the tool and the
/// first rule that it breaks.
Result<Unit> check_house_rules(const Tool& tool);

}  // namespace tier0
