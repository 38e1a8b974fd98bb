#pragma once

#include <optional>
#include <string_view>

#include "server/base/clock.h"

namespace tier0::hosting {

/// RFC 3339 with any number of fractional digits, as the provider writes it
/// (2024-09-05T07:25:36.00000Z). Empty for anything else.
std::optional<WallTime> parse_timestamp(std::string_view text);

}  // namespace tier0::hosting
