#pragma once

#include <string>
#include <vector>

#include "server/base/json.h"
#include "server/base/result.h"
#include "server/schema/checker.h"

namespace tier0 {

/// One step deeper in a JSON pointer (RFC 6901).
std::string pointer_to(const std::string& parent, const std::string& key);

/// What the checker objects to, said for whoever wrote the value: one detail a field, its JSON
/// pointer and what it must be. Text values are never repeated, because they may be secrets.
std::vector<Detail> shape_faults(const std::vector<Checker::Path>& paths, const Json& value,
                                 const Json& definition);

/// Texts that are not what their format asks for, and integers beyond 64 bits.
std::vector<Detail> format_faults(const Json& value, const Json& definition);

}  // namespace tier0
