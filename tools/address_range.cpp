#include "tools/address_range.h"

#include <arpa/inet.h>

#include <charconv>
#include <string>

namespace tier0::tools {
namespace {

using Bytes = std::array<unsigned char, 16>;
constexpr int kBits = 128;
constexpr int kMappedBits = 96;  // before an IPv4 address: RFC 4291 2.5.5.2

struct Address {
  Bytes bytes{};
  int offset = 0;  // of its own first bit
};

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);
  Address address;
  if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
  address.bytes = {};
  address.bytes[10] = address.bytes[11] = 0xFF;
  address.offset = kMappedBits;
  if (inet_pton(AF_INET, copy.c_str(), address.bytes.data() + 12) == 1) return address;
  return std::nullopt;
}

std::optional<AddressRange> network(const Address& address, std::string_view prefix) {
  int bits = 0;
  const auto [end, error] = std::from_chars(prefix.data(), prefix.data() + prefix.size(), bits);
  if (error != std::errc() || end != prefix.data() + prefix.size()) return std::nullopt;
  bits += address.offset;
  if (bits < address.offset || bits > kBits) return std::nullopt;
  AddressRange range{.first = address.bytes, .last = address.bytes};
  for (int bit = bits; bit < kBits; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    const auto mask = static_cast<unsigned char>(0x80U >> (bit % 8));
    range.first[byte] = static_cast<unsigned char>(range.first[byte] & ~mask);
    range.last[byte] = static_cast<unsigned char>(range.last[byte] | mask);
  }
  return range;
}

}  // namespace

std::optional<AddressRange> parse_address_range(std::string_view text) {
  const std::size_t cut = text.find_first_of("/-");
  const auto first = parse_address(text.substr(0, cut));
  if (!first) return std::nullopt;
  if (cut == std::string_view::npos)
    return AddressRange{.first = first->bytes, .last = first->bytes};
  if (text[cut] == '/') return network(*first, text.substr(cut + 1));
  const auto last = parse_address(text.substr(cut + 1));
  if (!last || last->bytes < first->bytes) return std::nullopt;
  return AddressRange{.first = first->bytes, .last = last->bytes};
}

bool covers(const AddressRange& outer, const AddressRange& inner) {
  return outer.first <= inner.first && inner.last <= outer.last;
}

}  // namespace tier0::tools
