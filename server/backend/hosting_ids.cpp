#include "server/backend/hosting_ids.h"

#include <algorithm>

namespace tier0 {

Result<ProjectName> ProjectName::parse(std::string_view text) {
  constexpr std::size_t kShortest = 3;
  constexpr std::size_t kLongest = 64;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  if (text.size() < kShortest || text.size() > kLongest || !std::ranges::all_of(text, allowed))
    return Error{.code = Code::Validation,
                 .message = "the project name is malformed",
                 .hint = "Use 3 to 64 letters, digits, '-' and '_'."};
  return ProjectName{std::string(text)};
}

}  // namespace tier0
