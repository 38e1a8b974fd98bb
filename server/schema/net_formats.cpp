#include "server/schema/net_formats.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035 2.3.4, in text
constexpr std::size_t kLongestLabel = 63;
constexpr std::string_view kSecure = "https://";
constexpr std::string_view kPlain = "http://";

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' &&
         label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

std::string_view without_final_dot(std::string_view text) {
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  return text;
}

/// A decimal number without sign or leading zeros, or nothing.
std::optional<int> number(std::string_view text, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return value >= 0 && value <= most ? std::optional(value) : std::nullopt;
}

std::optional<int> port(std::string_view text) {
  const auto value = number(text, 65535);
  return value && *value > 0 ? value : std::nullopt;
}

/// The address in network order: 4 or 16 bytes, or none.
std::string address_bytes(std::string_view text) {
  std::array<char, 16> bytes{};
  const std::string name(text);
  if (name.find('\0') != std::string::npos) return {};
  if (inet_pton(AF_INET, name.c_str(), bytes.data()) == 1) return {bytes.data(), 4};
  if (inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1) return {bytes.data(), 16};
  return {};
}

bool has_zero_host_bits(const std::string& address, std::size_t prefix) {
  for (std::size_t bit = prefix; bit < address.size() * 8; ++bit)
    if ((static_cast<unsigned char>(address[bit / 8]) >> (7 - bit % 8)) & 1U) return false;
  return true;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || (is_ipv4(host) && host.substr(0, 4) == "127.");
}

/// The host and port of "host", "host:1" or "[::1]:1"; nothing where they are malformed.
std::optional<std::string_view> host_of(std::string_view authority) {
  std::size_t end = authority.find(':');
  if (!authority.empty() && authority.front() == '[') {
    const auto bracket = authority.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    if (!is_ipv6(authority.substr(1, bracket - 1))) return std::nullopt;
    end = bracket + 1 == authority.size() ? std::string_view::npos : bracket + 1;
    if (end != std::string_view::npos && authority[end] != ':') return std::nullopt;
  } else if (!is_host_name(authority.substr(0, end))) {
    return std::nullopt;
  }
  if (end != std::string_view::npos && !number(authority.substr(end + 1), 65535))
    return std::nullopt;
  return authority.substr(0, end);
}

/// What follows http:// or https://, or nothing.
std::string_view after_scheme(std::string_view text) {
  if (text.starts_with(kSecure)) return text.substr(kSecure.size());
  return text.starts_with(kPlain) ? text.substr(kPlain.size()) : std::string_view{};
}

}  // namespace

bool is_host_name(std::string_view text) {
  text = without_final_dot(text);
  if (text.empty() || text.size() > kLongestName) return false;
  return std::ranges::all_of(split(text, '.'), is_label);
}

bool is_domain(std::string_view text) {
  // All digits in the last label is an address or a mistake, never a registered domain.
  const std::string_view name = without_final_dot(text);
  const auto dot = name.rfind('.');
  return dot != std::string_view::npos && is_host_name(text) &&
         !std::ranges::all_of(name.substr(dot + 1), is_digit);
}

bool is_ipv4(std::string_view text) {
  return address_bytes(text).size() == 4;
}

bool is_ipv6(std::string_view text) {
  return address_bytes(text).size() == 16;
}

bool is_ip(std::string_view text) {
  return !address_bytes(text).empty();
}

bool is_cidr(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string address = address_bytes(text.substr(0, slash));
  const auto prefix = number(text.substr(slash + 1), static_cast<int>(address.size()) * 8);
  return !address.empty() && prefix &&
         has_zero_host_bits(address, static_cast<std::size_t>(*prefix));
}

bool is_port_range(std::string_view text) {
  if (text == "any") return true;
  const auto colon = text.find(':');
  const auto first = port(text.substr(0, colon));
  if (colon == std::string_view::npos) return first.has_value();
  const auto last = port(text.substr(colon + 1));
  return first && last && *first <= *last;
}

bool is_host_and_port(std::string_view text) {
  const auto host = host_of(text);
  return host && host->size() < text.size();
}

bool is_uri(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const std::string_view scheme = text.substr(0, colon);
  const auto in_scheme = [](char c) {
    return is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
  };
  return !is_digit(scheme.front()) && std::ranges::all_of(scheme, in_scheme) &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_endpoint(std::string_view text) {
  if (!is_uri(text) || text.find_first_of("@?#\\") != std::string_view::npos) return false;
  const std::string_view rest = after_scheme(text);
  const auto host = host_of(rest.substr(0, rest.find('/')));
  return host && (text.starts_with(kSecure) || is_loopback(*host));
}

bool is_address(std::string_view text) {
  return is_ip(text) || is_host_name(text);
}

bool is_origin(std::string_view text) {
  return is_uri(text) && host_of(after_scheme(text)).has_value();
}

std::string normal_domain(std::string_view text) {
  std::string lower(without_final_dot(text));
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

}  // namespace tier0
