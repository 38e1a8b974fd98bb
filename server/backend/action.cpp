#include "server/backend/action.h"

#include <algorithm>
#include <array>

namespace tier0 {
namespace {

constexpr std::array<std::string_view, 6> kActionStates = {"created", "sent",  "delayed",
                                                           "success", "error", "unknown"};

}  // namespace

std::string_view to_string(ActionState state) {
  return kActionStates[static_cast<std::size_t>(state)];
}

ActionState action_state(std::string_view name) {
  const auto* found = std::ranges::find(kActionStates, name);
  return found == kActionStates.end() ? ActionState::Unknown
                                      : static_cast<ActionState>(found - kActionStates.begin());
}

bool is_final(ActionState state) {
  return state == ActionState::Success || state == ActionState::Error;
}

}  // namespace tier0
