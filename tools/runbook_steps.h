#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "server/tool/runbook.h"

namespace tier0::tools {

/// The VPS that the plan put into the state as "vps".
VpsId vps_of(const StepContext& step);
/// The account that the plan put into the state as "account"; without one, the call's own.
HostingApi& hosting_of(const StepContext& step);

/// Waits between polls are divided by the time scale; `key` counts the looks in the state.
Again look_in(const StepContext& step, std::chrono::seconds wait);
/// The next look: soon at first, then every ten seconds.
Again look_again(StepContext& step, const std::string& key);

/// Milliseconds since 1970, for the state.
long long wall_ms(const StepContext& step);

/// A read that failed so says nothing about the world: look again. A refused token is one of them,
/// because the owner can renew it while an operation waits.
bool is_passing(const Error& error);

/// The `find` of a step that brings something to a wanted state and looks before each write: what
/// was begun may be run again. Unlike only_reads it does not say that the step has no effect.
Found looks_first(StepContext& step);

/// A step that failed with half of its effect there is Done for the engine, so that it is undone;
/// the next one fails with this.
Done fail_later(StepContext& step, const Error& error);
StepResult fail_now(StepContext& step);

/// Evidence and warnings stay in the state until `report`: another process may end the operation.
void note_evidence(StepContext& step, std::string_view check, std::string_view result);
void note_warning(StepContext& step, std::string text);
/// What the last step leaves: the answer, with all that was noted.
Done report(StepContext& step, std::string summary, Json data);

}  // namespace tier0::tools
