#include "server/net/retry_after.h"

#include <algorithm>
#include <array>
#include <string>

#include "server/base/text.h"

namespace tier0 {
namespace {

using std::chrono::seconds;

constexpr seconds kLongest = std::chrono::hours(24);

/// -1 where `text` is not all digits, or has more than nine.
int number(std::string_view text) {
  if (text.empty() || text.size() > 9) return -1;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// The fixed form of RFC 9110 section 5.6.7, the only one that may be sent:
/// Sun, 06 Nov 1994 08:49:37 GMT.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || !text.ends_with(" GMT") || text[4] != ' ' || text[19] != ':' ||
      text[22] != ':')
    return std::nullopt;
  const auto* month = std::ranges::find(kMonths, text.substr(8, 3));
  const int day = number(text.substr(5, 2));
  const int year = number(text.substr(12, 4));
  const int hour = number(text.substr(17, 2));
  const int minute = number(text.substr(20, 2));
  const int second = number(text.substr(23, 2));
  if (month == kMonths.end() || day < 1 || year < 1970 || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  const std::chrono::year_month_day date(
      std::chrono::year(year),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         seconds(second);
}

}  // namespace

std::optional<seconds> parse_retry_after(std::string_view value, WallTime now) {
  const std::string_view text = trim(value);
  if (text.empty()) return std::nullopt;
  if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    const int count = number(text);
    return count < 0 ? kLongest : std::min(seconds(count), kLongest);
  }
  const auto date = parse_http_date(text);
  if (!date) return std::nullopt;
  const auto left = std::chrono::ceil<seconds>(*date - now);
  return std::clamp(left, seconds(0), kLongest);
}

}  // namespace tier0
