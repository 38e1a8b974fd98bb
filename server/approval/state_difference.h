#pragma once

#include <vector>

#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0 {

/// What differs between two readings of the state: where, and what it was and is. Bounded and
/// cleaned, since the values come from the provider and from hosts.
std::vector<Detail> state_difference(const Json& before, const Json& now);

}  // namespace tier0
