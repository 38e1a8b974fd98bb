#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "server/base/result.h"

namespace tier0 {

using Json = nlohmann::json;

struct JsonLimits {
  std::size_t bytes = 4 * 1024 * 1024;
  std::size_t depth = 64;
};

/// Parses a stranger's JSON. Refused with kind validation: bad syntax or UTF-8, a BOM, duplicate
/// keys, nesting beyond the depth, more bytes than allowed, numbers that are not finite. The value
/// is never deeper than the limit, so copying and dumping it is safe. Thread-safe.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

/// Serialises on one line. Invalid UTF-8 is replaced, never thrown.
std::string dump_json(const Json& value);

/// The member, or null where `value` is no object or lacks it. The pointer lives as long as
/// `value`.
const Json* find_member(const Json& value, std::string_view key);

/// The string member, or `fallback` where it is absent or no string.
std::string string_member(const Json& value, std::string_view key, std::string_view fallback = "");

}  // namespace tier0
