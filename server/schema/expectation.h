#pragma once

#include <string>

#include "server/base/json.h"

namespace tier0 {

/// "must be a whole number from 1 to 100": what the definition asks for, to end a sentence with.
std::string expectation(const Json& definition);

/// ", but is a list": how the value differs, without repeating any text of it.
std::string but_is(const Json& value);

}  // namespace tier0
