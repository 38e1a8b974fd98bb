#include "server/mcp/cursor.h"

namespace tier0::mcp {
namespace {

constexpr std::string_view kCursorUse = "cursor";

}  // namespace

std::string seal_cursor(const Sealer& sealer, std::string_view list, const Listing& listing,
                        std::size_t offset) {
  return sealer.seal(
      kCursorUse,
      {{"list", std::string(list)}, {"version", listing.version()}, {"offset", offset}});
}

std::optional<std::size_t> open_cursor(const Sealer& sealer, std::string_view list,
                                       const Listing& listing, std::string_view cursor) {
  const auto payload = sealer.open(kCursorUse, cursor);
  if (!payload || string_member(*payload, "list") != list ||
      string_member(*payload, "version") != listing.version())
    return std::nullopt;
  const Json* offset = find_member(*payload, "offset");
  if (offset == nullptr || !offset->is_number_unsigned()) return std::nullopt;
  return offset->get<std::size_t>();
}

}  // namespace tier0::mcp
