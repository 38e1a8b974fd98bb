#pragma once

#include <chrono>
#include <string_view>

#include "server/tool/runbook.h"

namespace tier0::tools {

/// One change of one VM that the provider makes in its own time: an action with an id, a state and
/// no error text. It answers a write at once, sometimes hollow, sometimes not at all, and lists the
/// action all the same.
struct VpsChange {
  std::string_view word;    // of its actions' names: "stop" in ct_stop
  std::string_view phrase;  // "the stop", for messages
  /// Whether an unlocked VM looks as wanted.
  bool (*reached)(const Vps& vps, const Json& state);
  bool proves = false;  // it looked otherwise before, so that alone shows that the change happened
  std::chrono::seconds longest = std::chrono::minutes(5);
};

/// First step: refuses a VM on which an action runs, and remembers which actions are older than us.
StepResult check_lock(StepContext& step);
/// Forgets the change before; without a look at the actions, only its effect can be found.
void begin_change(StepContext& step);

/// Sends the write, once. Where its answer is lost, looks for its action or its effect for a while;
/// Unknown where neither shows.
StepResult send_change(StepContext& step, const VpsChange& change,
                       Result<Accepted> (*write)(StepContext& step));
/// After a restart in the middle of `send_change`.
Found find_change(StepContext& step, const VpsChange& change);
/// Until the action has ended and the VM is as wanted. Failed where the action or the VM ends in
/// error; Unknown where it takes too long, or nothing shows that the change was made.
StepResult wait_for_change(StepContext& step, const VpsChange& change);

}  // namespace tier0::tools
