#pragma once

#include <string>

#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0 {

/// Holds a definition to the closed subset of JSON Schema that this tree uses. Kind internal with
/// the JSON pointer of the first fault: valijson would ignore what it does not know.
Result<Unit> check_subset(const Json& definition);

/// Whether null is allowed beside the type.
bool is_nullable(const Json& definition);

/// The type apart from null: "object", "string"…
std::string type_of(const Json& definition);

/// The part of the definition that a member falls under, or null where it lists none.
const Json* member_schema(const Json& definition, const std::string& key);

}  // namespace tier0
