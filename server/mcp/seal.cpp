#include "server/mcp/seal.h"

#include <utility>

#include "server/crypto/crypto.h"

namespace tier0::mcp {
namespace {

constexpr std::size_t kKeyBytes = 32;

std::string mac(const SealKey& key, std::string_view use, std::string_view signed_part) {
  // The use cannot contain the separator, so no two pairs give the same text.
  std::string text(use);
  text += '\n';
  text += signed_part;
  return crypto::hmac_sha256(key.bytes, text);
}

}  // namespace

Sealer::Sealer(std::vector<SealKey> keys) : keys_(std::move(keys)) {
  if (keys_.empty())
    keys_.push_back({.id = "k" + crypto::to_hex(crypto::random_bytes(2)),
                     .bytes = crypto::random_bytes(kKeyBytes)});
}

std::string Sealer::seal(std::string_view use, const Json& payload) const {
  std::string sealed = keys_.front().id + '.' + crypto::base64url_encode(dump_json(payload));
  const std::string tag = mac(keys_.front(), use, sealed);
  sealed += '.';
  sealed += crypto::base64url_encode(tag);
  return sealed;
}

std::optional<Json> Sealer::open(std::string_view use, std::string_view sealed) const {
  if (sealed.size() > kLimit) return std::nullopt;
  const auto first = sealed.find('.');
  const auto last = sealed.rfind('.');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const SealKey* key = find(sealed.substr(0, first));
  const auto tag = crypto::base64url_decode(sealed.substr(last + 1));
  if (key == nullptr || !tag) return std::nullopt;
  if (!crypto::constant_time_equal(*tag, mac(*key, use, sealed.substr(0, last))))
    return std::nullopt;

  const auto payload = crypto::base64url_decode(sealed.substr(first + 1, last - first - 1));
  if (!payload) return std::nullopt;
  auto parsed = parse_json(*payload);
  if (!parsed) return std::nullopt;
  return *std::move(parsed);
}

const SealKey* Sealer::find(std::string_view id) const {
  for (const SealKey& key : keys_)
    if (key.id == id) return &key;
  return nullptr;
}

}  // namespace tier0::mcp
