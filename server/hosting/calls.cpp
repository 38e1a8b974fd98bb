#include "server/hosting/calls.h"

#include <charconv>

namespace tier0::hosting {

Json json_id(const std::string& digits) {
  long long number = 0;
  const char* end = digits.data() + digits.size();
  const auto [parsed, problem] = std::from_chars(digits.data(), end, number);
  if (problem != std::errc() || parsed != end) return digits;
  return number;
}

Error made_unreadably(const Error& error, const std::string& check) {
  return {.code = Code::TimeoutUnknown,
          .message = "the provider took the call, but " + error.message,
          .hint = check.empty() ? "Read what there is now; do not repeat the call." : check,
          .maybe_done = true};
}

}  // namespace tier0::hosting
