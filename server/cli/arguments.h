#pragma once

#include <string>
#include <vector>

#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0::cli {

/// The arguments of a call from --args and from key=value words. `key:=JSON` is taken as JSON;
/// `key=value` becomes what the tool's input schema wants for that key: a boolean, a number, an
/// array of the comma-separated parts, an object given as JSON, or else text. `schema` may be null.
Result<Json> parse_arguments(const std::string& object, const std::vector<std::string>& assignments,
                             const Json& schema);

}  // namespace tier0::cli
