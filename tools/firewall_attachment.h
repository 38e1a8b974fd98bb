#pragma once

#include "tools/vps_change.h"

namespace tier0::tools {

/// The VM has the firewall of state["firewall"], and no longer has it.
extern const VpsChange kActivation;
extern const VpsChange kDeactivation;

StepResult send_activation(StepContext& step);
StepResult send_deactivation(StepContext& step);

}  // namespace tier0::tools
