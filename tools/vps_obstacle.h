#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/backend/vps.h"
#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0::tools {

/// Why a VM cannot be changed now: locked while an action runs, wrong_state outside `allowed`, with
/// what to do about it. `done` completes "and cannot be …".
std::optional<Error> obstacle(const Vps& vps, std::span<const VpsState> allowed,
                              std::string_view done);

/// The member of a plan's targets.
Json target_json(const Vps& vps);

}  // namespace tier0::tools
