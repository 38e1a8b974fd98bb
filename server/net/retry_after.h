#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "server/base/clock.h"

namespace tier0 {

/// The value of a Retry-After header (RFC 9110 section 10.2.3): seconds, or a date, counted from
/// `now`. Never negative; more than a day counts as a day. Empty where it is neither.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, WallTime now);

}  // namespace tier0
