#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/mcp/listing.h"
#include "server/mcp/seal.h"

namespace tier0::mcp {

/// Where the next page of a list begins. Opaque to clients and good only for the same list in the
/// same state: an offset into another one would skip or repeat items.
std::string seal_cursor(const Sealer& sealer, std::string_view list, const Listing& listing,
                        std::size_t offset);
std::optional<std::size_t> open_cursor(const Sealer& sealer, std::string_view list,
                                       const Listing& listing, std::string_view cursor);

}  // namespace tier0::mcp
