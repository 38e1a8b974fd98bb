// The verdict of a set of rules on a connection.

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "server/sandbox/firewall_rules.h"

namespace tier0::sandbox {
namespace {

struct Address {
  std::array<unsigned char, 16> bytes{};
  int bits = 0;  // 32 or 128
};

std::optional<Address> parse_address(const std::string& text) {
  Address address;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
    address.bits = 32;
    return address;
  }
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) {
    address.bits = 128;
    return address;
  }
  return std::nullopt;
}

bool same_prefix(const Address& a, const Address& b, int bits) {
  for (int i = 0; i < bits; ++i) {
    const auto byte = static_cast<std::size_t>(i / 8);
    const unsigned mask = 0x80U >> (static_cast<unsigned>(i) % 8U);
    if ((a.bytes[byte] & mask) != (b.bytes[byte] & mask)) return false;
  }
  return true;
}

bool in_range(const Address& address, const std::string& range) {
  const std::size_t dash = range.find('-');
  const std::size_t slash = range.find('/');
  const auto low = parse_address(range.substr(0, std::min(dash, slash)));
  if (!low || low->bits != address.bits) return false;
  if (dash != std::string::npos) {
    const auto high = parse_address(range.substr(dash + 1));
    return high && low->bytes <= address.bytes && address.bytes <= high->bytes;
  }
  int bits = low->bits;
  if (slash != std::string::npos)
    std::from_chars(range.data() + slash + 1, range.data() + range.size(), bits);
  return same_prefix(*low, address, bits);
}

bool port_in(const std::string& range, int port) {
  if (range == "any") return true;
  int low = 0;
  const char* end = range.data() + range.size();
  const auto [colon, error] = std::from_chars(range.data(), end, low);
  if (error != std::errc()) return false;
  int high = low;
  if (colon != end) std::from_chars(colon + 1, end, high);
  return low <= port && port <= high;
}

bool names_port(const FirewallRule& rule, int port) {
  if (rule.protocol == "TCP") return port_in(rule.port, port);
  if (rule.protocol == "any") return true;
  constexpr std::array<std::pair<std::string_view, int>, 5> kServices = {
      {{"SSH", 22}, {"HTTP", 80}, {"HTTPS", 443}, {"MySQL", 3306}, {"PostgreSQL", 5432}}};
  return std::ranges::any_of(kServices, [&](const auto& service) {
    return rule.protocol == service.first && port == service.second;
  });
}

}  // namespace

bool accepts(std::span<const FirewallRule> rules, int port, const std::string& address) {
  const auto from = parse_address(address);
  return std::ranges::any_of(rules, [&](const FirewallRule& rule) {
    if (!names_port(rule, port)) return false;
    return rule.source == "any" || (from && in_range(*from, rule.source_detail));
  });
}

}  // namespace tier0::sandbox
