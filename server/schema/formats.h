#pragma once

#include <string>
#include <string_view>

namespace tier0 {

/// A named kind of text that schemas may ask for. Checked by us, because a regular expression can
/// overflow the stack on hostile input and a name reads better.
struct Format {
  std::string_view name;
  std::string_view describes;  // "a domain name such as example.com"
  bool (*accepts)(std::string_view text);
  /// Ids are strings; where this is set an integer is accepted and turned into its digits.
  bool integers = false;
  /// The one spelling that is compared and stored; null: as it was written.
  std::string (*normal)(std::string_view text) = nullptr;
};

/// Null for a name that is not in the closed list.
const Format* find_format(std::string_view name);

/// "15m" as seconds: digits and one of s, m, h, d. 0 where the text is no such duration.
long long parse_duration_seconds(std::string_view text);

/// "200.00" as cents; -1 where the text is no such amount.
long long parse_cents(std::string_view text);

}  // namespace tier0
