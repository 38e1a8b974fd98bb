#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace tier0::tools {

/// First and last address of a network, in one space: IPv4 as ::ffff:a.b.c.d.
struct AddressRange {
  std::array<unsigned char, 16> first{};
  std::array<unsigned char, 16> last{};
};

/// An address, a CIDR (host bits count as zero) or FIRST-LAST. Empty for anything else.
std::optional<AddressRange> parse_address_range(std::string_view text);

/// Whether every address of `inner` is in `outer`.
bool covers(const AddressRange& outer, const AddressRange& inner);

}  // namespace tier0::tools
