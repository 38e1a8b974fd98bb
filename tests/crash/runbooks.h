#pragma once

#include <vector>

#include "tests/crash/crash_rig.h"

namespace tier0 {

/// The runbooks that are killed, each in a world that lets it end well.
std::vector<Rehearsed> rehearsed_runbooks();
Rehearsed rehearsed_runbook(const std::string& tool);

}  // namespace tier0
