#include "server/base/decimal_id.h"

#include <algorithm>

namespace tier0 {

Result<std::string> parse_decimal(std::string_view text, std::string_view what) {
  constexpr std::size_t kDigits = 18;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || text.size() > kDigits || !std::ranges::all_of(text, is_digit))
    return Error{.code = Code::Validation,
                 .message = std::string(what) + " is malformed",
                 .hint = "Use the number that the provider gave it."};
  return std::string(text);
}

}  // namespace tier0
