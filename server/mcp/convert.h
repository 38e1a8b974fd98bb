#pragma once

#include "server/base/json.h"
#include "server/mcp/methods.h"

namespace tier0::mcp {

/// Turns a result as the newest revision has it into what an older one understands: content blocks
/// that it does not know become text, members that it does not know go.
Json convert_result(Method method, Json result, Revision revision);

}  // namespace tier0::mcp
