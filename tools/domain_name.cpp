#include "tools/domain_name.h"

#include <algorithm>

#include "server/base/text.h"

namespace tier0::tools {
namespace {

bool is_label(const std::string& label) {
  constexpr std::size_t kLongest = 63;  // RFC 1035 section 2.3.4
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !label.empty() && label.size() <= kLongest && label.front() != '-' &&
         label.back() != '-' && std::ranges::all_of(label, allowed);
}

}  // namespace

Result<DomainName> parse_domain_name(std::string_view text, const std::string& field) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  const std::vector<std::string> labels = split(lower, '.');
  if (!std::ranges::all_of(labels, is_label))
    return Error{.code = Code::Validation,
                 .message = field + ": '" + clean_text(text, 80) + "' is no domain name",
                 .hint = "Use letters, digits and inner hyphens; other scripts in their xn-- form.",
                 .details = {{field, "is no domain name"}}};
  DomainName name{.label = labels.front()};
  if (labels.size() > 1) name.tld = lower.substr(labels.front().size() + 1);
  return name;
}

}  // namespace tier0::tools
