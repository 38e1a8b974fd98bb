#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/json.h"
#include "server/base/result.h"

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
  Json value = {};
  std::map<std::string, Position, std::less<>> values = {};  // by JSON pointer
  std::map<std::string, Position, std::less<>> keys = {};    // of members, by the same pointer

  /// "file:line:column" of the value, or of the nearest one around it that is known.
  std::string at(std::string_view pointer) const;
  /// The same, of the member's key.
  std::string at_key(std::string_view pointer) const;
};

/// Kind validation for faults of configuration, each with its place as `field`; never empty. The
/// message starts with the first place.
Error refuse(std::vector<Detail> faults);

}  // namespace tier0
