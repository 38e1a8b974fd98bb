#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "server/base/result.h"

namespace tier0 {

/// The text itself if it is 1 to 18 decimal digits (fits an int64), else kind validation naming
/// `what`.
Result<std::string> parse_decimal(std::string_view text, std::string_view what);

/// A provider's number for a thing, kept as digits. `Tag` has a static `name`, and keeps the ids of
/// different things from being mixed up.
template <class Tag>
struct DecimalId {
  std::string value;

  static Result<DecimalId> parse(std::string_view text) {
    T0_TRY(std::string digits, parse_decimal(text, Tag::name));
    return DecimalId{std::move(digits)};
  }
  auto operator<=>(const DecimalId&) const = default;
};

}  // namespace tier0
