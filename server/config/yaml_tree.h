#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/base/document.h"
#include "server/base/result.h"
#include "server/config/yaml.h"

namespace tier0::config {

/// One node of a YAML document as it was written; scalars have no type yet.
struct Node {
  enum class Kind { Empty, Scalar, Sequence, Mapping };

  Kind kind = Kind::Empty;
  Position at;
  std::string text = {};  // of a scalar
  bool plain = true;      // written without quotes
  std::string key = {};   // of a mapping's child
  Position key_at = {};
  std::vector<Node> children = {};
};

/// The tree of one document, held to the strict part of YAML. Kind validation with
/// file:line:column. No text gives an empty node.
Result<Node> parse_yaml_tree(std::string_view text, const std::string& file,
                             const YamlLimits& limits);

}  // namespace tier0::config
