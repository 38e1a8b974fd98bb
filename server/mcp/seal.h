#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/json.h"
#include "server/mcp/options.h"

namespace tier0::mcp {

/// Text that a client carries for us and cannot change: `kid.payload.mac`, the last two in
/// base64url. Signed, not encrypted. Immutable, so thread-safe.
class Sealer {
 public:
  /// The first key seals, all of them open. Without any, one is drawn at random.
  explicit Sealer(std::vector<SealKey> keys);

  /// `use` keeps one kind of sealed text from passing for another.
  std::string seal(std::string_view use, const Json& payload) const;
  /// Empty for anything that this server, or a replica with the same keys, did not seal for this
  /// use.
  std::optional<Json> open(std::string_view use, std::string_view sealed) const;

  /// Longer texts are neither made nor opened.
  static constexpr std::size_t kLimit = 8 * 1024;

 private:
  const SealKey* find(std::string_view id) const;

  std::vector<SealKey> keys_;
};

}  // namespace tier0::mcp
