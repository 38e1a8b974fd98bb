#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "server/base/document.h"
#include "server/base/result.h"
#include "server/schema/schema.h"

namespace tier0::config {

struct YamlLimits {
  std::size_t bytes = 1024 * 1024;
  std::size_t depth = 32;
  std::size_t nodes = 100'000;
};

/// Reads one strict YAML document as JSON whose scalars are typed by the schema: where it wants
/// text, `on` and `0123` stay text. Kind validation with file:line:column for bad syntax, bad
/// UTF-8, duplicate or unknown keys, anchors, aliases, tags, merge keys, several documents, values
/// that the schema refuses, and anything beyond the limits. Values are not quoted in errors: they
/// may be secrets. Thread-safe.
Result<Document> parse_yaml(std::string_view text, const std::string& file, const Schema& schema,
                            const YamlLimits& limits = {});

}  // namespace tier0::config
