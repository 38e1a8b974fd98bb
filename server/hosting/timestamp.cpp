#include "server/hosting/timestamp.h"

#include <chrono>

namespace tier0::hosting {
namespace {

using namespace std::chrono;

/// Takes text apart from the front, and remembers that it did not fit.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  int digits(std::size_t count) {
    if (text_.size() < count) return fail();
    int value = 0;
    for (const char c : text_.substr(0, count)) {
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(count);
    return value;
  }

  void expect(std::string_view any_of) {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos)
      fail();
    else
      text_.remove_prefix(1);
  }

  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  /// `.123456` as milliseconds, cut; zero where there is no fraction.
  milliseconds fraction() {
    if (!take('.')) return {};
    int value = 0;
    std::size_t count = 0;
    for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; ++count) {
      if (count < 3) value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    if (count == 0) fail();
    for (; count < 3; ++count) value *= 10;
    return milliseconds(value);
  }

  /// `Z` or ±HH:MM.
  minutes offset() {
    if (take('Z') || take('z')) return {};
    const bool west = take('-');
    if (!west) expect("+");
    const int hour = digits(2);
    expect(":");
    const minutes east = hours(hour) + minutes(digits(2));
    return west ? -east : east;
  }

  bool is_done() const { return !failed_ && text_.empty(); }

 private:
  int fail() {
    failed_ = true;
    return 0;
  }

  std::string_view text_;
  bool failed_ = false;
};

}  // namespace

std::optional<WallTime> parse_timestamp(std::string_view text) {
  Scanner in(text);
  const int y = in.digits(4);
  in.expect("-");
  const int m = in.digits(2);
  in.expect("-");
  const int d = in.digits(2);
  in.expect("Tt ");
  const int hour = in.digits(2);
  in.expect(":");
  const int minute = in.digits(2);
  in.expect(":");
  const int second = in.digits(2);
  const milliseconds fraction = in.fraction();
  const minutes offset = in.offset();
  const year_month_day date(year(y), month(static_cast<unsigned>(m)),
                            day(static_cast<unsigned>(d)));
  if (!in.is_done() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return WallTime(sys_days(date)) + hours(hour) + minutes(minute) + seconds(second) + fraction -
         offset;
}

}  // namespace tier0::hosting
