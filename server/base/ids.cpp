#include "server/base/ids.h"

#include <algorithm>

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::size_t kVpsIdDigits = 18;  // fits an int64, as the provider's ids do
constexpr std::size_t kNameLength = 64;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}

Error malformed(std::string_view what, std::string_view rule) {
  return {.code = Code::Validation,
          .message = std::string(what) + " is malformed",
          .hint = std::string(rule)};
}

}  // namespace

Result<VpsId> VpsId::parse(std::string_view text) {
  if (text.empty() || text.size() > kVpsIdDigits || !std::ranges::all_of(text, is_digit))
    return malformed("the VPS id", "Use the number that list-vps shows.");
  return VpsId{std::string(text)};
}

Result<HostName> HostName::parse(std::string_view text) {
  const auto allowed = [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
  };
  if (text.empty() || text.size() > kNameLength || text.front() == '-' ||
      !std::ranges::all_of(text, allowed))
    return malformed("the host name", "Use letters, digits, '.', '-' and '_', at most 64.");
  return HostName{std::string(text)};
}

Result<AgentId> AgentId::parse(std::string_view text) {
  const auto allowed = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  if (text.empty() || text.size() > kNameLength || text.front() == '-' ||
      !std::ranges::all_of(text, allowed))
    return malformed("the agent's name", "Use lower-case letters, digits and '-', at most 64.");
  return AgentId{std::string(text)};
}

}  // namespace tier0
