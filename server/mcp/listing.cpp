#include "server/mcp/listing.h"

#include <algorithm>

#include "server/crypto/crypto.h"

namespace tier0::mcp {

std::shared_ptr<const Listing> Listing::build(const std::vector<Json>& items, CacheScope scope) {
  auto listing = std::make_shared<Listing>();
  listing->scope_ = scope;
  listing->ends_.reserve(items.size());
  for (const Json& item : items) {
    if (!listing->bytes_.empty()) listing->bytes_ += ',';
    listing->bytes_ += dump_json(item);
    listing->ends_.push_back(listing->bytes_.size());
  }
  listing->bytes_.shrink_to_fit();
  listing->version_ = crypto::sha256_hex(listing->bytes_).substr(0, 16);
  return listing;
}

std::string_view Listing::slice(std::size_t first, std::size_t count) const {
  if (first >= size() || count == 0) return {};
  const std::size_t last = first + std::min(count, size() - first) - 1;
  const std::size_t begin = first == 0 ? 0 : ends_[first - 1] + 1;
  return std::string_view(bytes_).substr(begin, ends_[last] - begin);
}

}  // namespace tier0::mcp
