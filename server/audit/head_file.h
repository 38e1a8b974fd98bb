#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0 {

/// How far a chain goes: its number of rows and the hash of the last.
struct ChainHead {
  std::string writer;
  std::int64_t count = 0;
  std::string hash;  // empty while count is 0
  bool operator==(const ChainHead&) const = default;
};

Json to_json(const ChainHead& head);
Result<ChainHead> parse_chain_head(const Json& json);

/// The chains of a state directory, the one in use last. No file: none. Kind validation where it
/// makes no sense, internal where it cannot be read.
Result<std::vector<ChainHead>> read_heads(const std::filesystem::path& file);
Result<Unit> write_heads(const std::filesystem::path& file, const std::vector<ChainHead>& heads);

}  // namespace tier0
