#include "server/backend/vps.h"

#include <algorithm>
#include <array>

namespace tier0 {
namespace {

constexpr std::array<std::string_view, 17> kVpsStates = {
    "initial",           "creating",   "running",      "starting",  "stopping",   "stopped",
    "suspending",        "suspended",  "unsuspending", "restoring", "recreating", "recovery",
    "stopping_recovery", "destroying", "destroyed",    "error",     "unknown"};

}  // namespace

std::string_view to_string(VpsState state) {
  return kVpsStates[static_cast<std::size_t>(state)];
}

VpsState vps_state(std::string_view name) {
  const auto* found = std::ranges::find(kVpsStates, name);
  return found == kVpsStates.end() ? VpsState::Unknown
                                   : static_cast<VpsState>(found - kVpsStates.begin());
}

bool is_changing(VpsState state) {
  switch (state) {
    case VpsState::Creating:
    case VpsState::Starting:
    case VpsState::Stopping:
    case VpsState::Suspending:
    case VpsState::Unsuspending:
    case VpsState::Restoring:
    case VpsState::Recreating:
    case VpsState::StoppingRecovery:
    case VpsState::Destroying:
      return true;
    case VpsState::Initial:
    case VpsState::Running:
    case VpsState::Stopped:
    case VpsState::Suspended:
    case VpsState::Recovery:
    case VpsState::Destroyed:
    case VpsState::Error:
    case VpsState::Unknown:
      return false;
  }
  return false;
}

}  // namespace tier0
