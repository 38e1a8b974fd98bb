#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "server/base/json.h"

namespace tier0 {

/// Where a value stands in a file; both count from 1.
struct Position {
  int line = 1;
  int column = 1;
  bool operator==(const Position&) const = default;
};

/// The content of one configuration file and where each of its values stands, so that whoever finds
/// a fault later can still name the place.
struct Document {
  std::string file;  // as it was opened
  std::string name;  // beside tier0.yaml: "agents/executor-codex.yaml"
  Json value;
  std::map<std::string, Position, std::less<>> values;  // by JSON pointer
  std::map<std::string, Position, std::less<>> keys;    // of object members, by the same pointer

  /// "file:line:column" of the value, or of the nearest one around it that is known.
  std::string at(std::string_view pointer) const;
  /// The same, of the member's key.
  std::string at_key(std::string_view pointer) const;
};

}  // namespace tier0
