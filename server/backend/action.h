#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "server/backend/hosting_ids.h"
#include "server/base/clock.h"

namespace tier0 {

/// Created, Sent and Delayed are still running; Success and Error are final. Unknown: a state that
/// this version does not know; keep polling.
enum class ActionState { Created, Sent, Delayed, Success, Error, Unknown };
std::string_view to_string(ActionState state);
/// Unknown for a name that is not in the list.
ActionState action_state(std::string_view name);
bool is_final(ActionState state);

/// The provider's record of one asynchronous change of one VM. It holds no error text, and its
/// success says nothing about the application inside.
struct Action {
  ActionId id = {};
  std::string name = {};  // ct_restart, …
  ActionState state = ActionState::Unknown;
  std::optional<WallTime> created_at = {};
  std::optional<WallTime> updated_at = {};
};

/// A write that the provider took (2xx). Acceptance is not success: wait for the action, then read
/// the effect back. `action` is empty where the provider answered with nothing or with a hollow
/// body (id 0); then look into list_actions for an entry newer than the call, and failing that
/// verify the effect itself.
struct Accepted {
  std::optional<Action> action = {};
};

}  // namespace tier0
