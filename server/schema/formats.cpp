#include "server/schema/formats.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

#include "server/base/text.h"
#include "server/schema/net_formats.h"

namespace tier0 {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool consists_of(std::string_view text, std::size_t most, bool (*allowed)(char)) {
  return !text.empty() && text.size() <= most && std::ranges::all_of(text, allowed);
}

bool is_vps_id(std::string_view text) {
  return consists_of(text, 18, is_digit);
}

bool is_printable_word(std::string_view text) {
  return consists_of(text, 253, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_id(std::string_view text) {
  return consists_of(text, 128, [](char c) {
    return is_alphanumeric(c) || c == ':' || c == '.' || c == '_' || c == '-';
  });
}

bool is_slug(std::string_view text) {
  return consists_of(text, 64, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; }) &&
         text.front() != '-';
}

bool is_user_name(std::string_view text) {
  return consists_of(
             text, 32,
             [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; }) &&
         text.front() != '-';
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

/// OpenSSH's form: SHA256: and 32 bytes in base64 without padding.
bool is_fingerprint(std::string_view text) {
  return text.size() == 50 && text.substr(0, 7) == "SHA256:" &&
         std::ranges::all_of(text.substr(7),
                             [](char c) { return is_alphanumeric(c) || c == '+' || c == '/'; });
}

std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
  int value = 0;
  if (from + count > text.size()) return std::nullopt;
  const char* end = text.data() + from + count;
  const auto parsed = std::from_chars(text.data() + from, end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || !is_digit(text[from])) return std::nullopt;
  return value;
}

bool is_date(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !year || !month || !day)
    return false;
  return std::chrono::year_month_day(std::chrono::year(*year),
                                     std::chrono::month(static_cast<unsigned>(*month)),
                                     std::chrono::day(static_cast<unsigned>(*day)))
      .ok();
}

/// The zone of RFC 3339: Z, or ±hh:mm.
bool is_zone(std::string_view text) {
  if (text == "Z" || text == "z") return true;
  const auto hour = digits(text, 1, 2);
  const auto minute = digits(text, 4, 2);
  return text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' && hour &&
         minute && *hour < 24 && *minute < 60;
}

bool is_date_time(std::string_view text) {
  if (text.size() < 20 || text.size() > 64 || !is_date(text.substr(0, 10))) return false;
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  if ((text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') return false;
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return false;
  std::string_view rest = text.substr(19);
  if (rest.front() == '.') {
    const auto end = std::ranges::find_if_not(rest.substr(1), is_digit) - rest.substr(1).begin();
    if (end == 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(end) + 1);
  }
  return is_zone(rest);
}

bool is_absolute_path(std::string_view text) {
  return text.size() > 1 && text.size() <= 4096 && text.front() == '/' &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' || c < 0; });
}

/// systemd.unit(5): the characters of a unit's name. Never a dash first, which would be an option.
bool is_unit(std::string_view text) {
  return consists_of(text, 128,
                     [](char c) {
                       return is_alphanumeric(c) || c == ':' || c == '_' || c == '.' || c == '@' ||
                              c == '-';
                     }) &&
         text.front() != '-' && text.front() != '.';
}

/// A file below /var/log, by a path that cannot leave it.
bool is_log_path(std::string_view text) {
  constexpr std::string_view kFolder = "/var/log/";
  if (!text.starts_with(kFolder) || text.size() > 256) return false;
  const auto parts = split(text.substr(kFolder.size()), '/');
  return std::ranges::all_of(parts, [](const std::string& part) {
    return part != "." && part != ".." &&
           consists_of(part, 255, [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; });
  });
}

bool is_duration(std::string_view text) {
  return parse_duration_seconds(text) > 0;
}

bool is_money(std::string_view text) {
  return parse_cents(text) >= 0;
}

constexpr Format kFormats[] = {
    {"vps", "a VPS: its id, hostname, address or tenant", is_printable_word, true},
    {"vps-id", "the id of a VPS, digits only", is_vps_id, true},
    {"id", "an id as another call returned it", is_id, true},
    {"slug", "a name of lower-case letters, digits and dashes, at most 64", is_slug},
    {"user", "a user name", is_user_name},
    {"domain", "a domain name such as example.com (international ones as xn--…)", is_domain, false,
     normal_domain},
    {"host-name", "a host name such as web-1.example.com", is_host_name, false, normal_domain},
    {"ipv4", "an IPv4 address such as 203.0.113.10", is_ipv4},
    {"ipv6", "an IPv6 address such as 2001:db8::1", is_ipv6},
    {"ip", "an IP address", is_ip},
    {"cidr", "a network such as 203.0.113.0/24 or 203.0.113.7/32, host bits zero", is_cidr},
    {"port-range", "a port such as 443, a range such as 1024:2048, or any", is_port_range},
    {"host-and-port", "an address and a port such as 127.0.0.1:8700", is_host_and_port},
    {"uri", "an absolute URI", is_uri},
    {"endpoint", "an https:// address (http:// on loopback only) without user, query and fragment",
     is_endpoint},
    {"address", "a host name or an IP address", is_address},
    {"origin", "a web origin such as https://console.example.com", is_origin},
    {"date", "a date such as 2026-11-22", is_date},
    {"date-time", "a time such as 2026-11-22T05:00:00Z", is_date_time},
    {"duration", "a duration such as 30s, 15m, 2h or 7d", is_duration},
    {"money", "an amount such as \"200.00\"", is_money},
    {"sha256", "a SHA-256 as 64 lower-case hex digits", is_sha256},
    {"fingerprint", "a key fingerprint, SHA256: and 43 characters", is_fingerprint},
    {"unit", "a systemd unit such as nginx.service", is_unit},
    {"log-path", "a file under /var/log such as /var/log/syslog", is_log_path},
    {"absolute-path", "an absolute path", is_absolute_path},
};

}  // namespace

const Format* find_format(std::string_view name) {
  const auto* found = std::ranges::find(kFormats, name, &Format::name);
  return found == std::end(kFormats) ? nullptr : found;
}

long long parse_duration_seconds(std::string_view text) {
  if (text.size() < 2 || text.size() > 8 || text.front() == '0') return 0;
  const auto count = digits(text, 0, text.size() - 1);
  if (!count) return 0;
  switch (text.back()) {
    case 's':
      return *count;
    case 'm':
      return *count * 60LL;
    case 'h':
      return *count * 3600LL;
    case 'd':
      return *count * 86400LL;
    default:
      return 0;
  }
}

long long parse_cents(std::string_view text) {
  const auto dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  if (!consists_of(whole, 12, is_digit) || (whole.size() > 1 && whole.front() == '0')) return -1;
  long long cents = 0;
  std::from_chars(whole.data(), whole.data() + whole.size(), cents);
  cents *= 100;
  if (dot == std::string_view::npos) return cents;
  if (text.size() != dot + 3) return -1;
  const auto fraction = digits(text, dot + 1, 2);
  return fraction ? cents + *fraction : -1;
}

}  // namespace tier0
