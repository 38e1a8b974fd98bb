#pragma once

#include "server/base/json.h"

namespace tier0 {

/// Makes a value what a handler expects, before it is checked: defaults filled in, integral floats
/// made integers, integers made text where the format is one of ids, domains in their one spelling.
void prepare(Json& value, const Json& definition);

/// Only what the definition lists, recursively. A value whose shape differs becomes null.
Json project(const Json& value, const Json& definition);

}  // namespace tier0
