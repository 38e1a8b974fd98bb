#pragma once

#include "server/sandbox/fields.h"
#include "server/sandbox/world.h"

namespace tier0::sandbox {

/// Checks a setup object; `prefix` is what the field names start with.
void check_setup(FieldProblems& problems, const World& world, const Account& account,
                 const Json& setup, std::string_view prefix);

/// Starts the installation that a checked setup object describes and answers the action.
Response start_setup(Call& call, Vm& vm, const Json& setup);

/// A freshly installed system: a new image and a new host key.
Disk fresh_disk(World& world, const Vm& vm, Id template_id, Millis now);

}  // namespace tier0::sandbox
