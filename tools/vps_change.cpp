#include "tools/vps_change.h"

#include <algorithm>

#include "server/base/text.h"
#include "tools/runbook_steps.h"

namespace tier0::tools {
namespace {

constexpr const char* kChange = "change";
constexpr int kLooksAfterLoss = 5;
constexpr int kLooksAfterHollow = 6;

/// The provider numbers its actions upwards.
long long number_of(const ActionId& action) {
  return std::stoll(action.value);
}

/// ct_restart is no start.
bool has_word(const std::string& name, std::string_view word) {
  const std::vector<std::string> words = split(name, '_');
  return std::ranges::find(words, word) != words.end();
}

/// Whether the provider lists an action of this kind that is newer than ours began; it is ours from
/// now on, because the lease keeps others of us away.
Result<bool> adopt_action(StepContext& step, const VpsChange& change) {
  Json& kept = step.state[kChange];
  if (!kept.contains("newest")) return false;
  T0_TRY(const std::vector<Action> actions,
         hosting_of(step).recent_actions(vps_of(step), step.tool.cancel));
  for (const Action& action : actions) {
    if (number_of(action.id) <= kept["newest"].get<long long>()) continue;
    if (!has_word(action.name, change.word)) continue;
    kept["action"] = action.id.value;
    return true;
  }
  return false;
}

Error lost(const StepContext& step, const VpsChange& change) {
  return {.code = Code::TimeoutUnknown,
          .message = "no answer came to " + std::string(change.phrase) +
                     ", and nothing shows yet that it happened",
          .hint = "Read VPS " + vps_of(step).value + " with get-vps before calling again.",
          .maybe_done = true};
}

StepResult look_for_change(StepContext& step, const VpsChange& change) {
  const auto adopted = adopt_action(step, change);
  if (adopted && *adopted) return Done{};
  const auto vps = hosting_of(step).get_vps(vps_of(step), step.tool.cancel);
  if (vps && change.proves && change.reached(*vps, step.state)) return Done{};
  if (step.state.value("lost_looks", 0) < kLooksAfterLoss) return look_again(step, "lost_looks");
  return Unknown{lost(step, change)};
}

StepResult too_long_or_again(StepContext& step, const VpsChange& change, const std::string& why) {
  Json& kept = step.state[kChange];
  const auto passed = std::chrono::milliseconds(wall_ms(step) - kept["since"].get<long long>());
  if (passed < change.longest) return look_again(step, "looks");
  return Unknown{
      {.code = Code::TimeoutUnknown,
       .message = std::string(change.phrase) + " was accepted, but is not done after " +
                  std::to_string(std::chrono::floor<std::chrono::seconds>(passed).count()) +
                  " s: " + why,
       .hint = "It may still end well. Read the VPS with get-vps before anything else.",
       .maybe_done = true}};
}

StepResult unreadable(StepContext& step, const VpsChange& change, const Error& error) {
  if (is_passing(error)) return too_long_or_again(step, change, error.message);
  Error unknown = error;
  unknown.message = std::string(change.phrase) +
                    " was accepted, but its outcome cannot be read: " + error.message;
  return Unknown{std::move(unknown)};
}

/// Done where the action ended well, or where the provider no longer knows it.
StepResult wait_for_action(StepContext& step, const VpsChange& change) {
  Json& kept = step.state[kChange];
  const ActionId action{kept["action"].get<std::string>()};
  const auto read = hosting_of(step).get_action(vps_of(step), action, step.tool.cancel);
  if (!read && read.error().code != Code::NotFound) return unreadable(step, change, read.error());
  if (read && read->state == ActionState::Error)
    return Failed{{.code = Code::Upstream,
                   .message = "the provider's action " + action.value + " (" + read->name +
                              ") ended in error",
                   .hint = "Read the state with get-vps; the provider gives no reason."}};
  if (read && !is_final(read->state))
    return too_long_or_again(
        step, change, "action " + action.value + " is " + std::string(to_string(read->state)));
  kept["action_done"] = true;
  return Done{};
}

/// A hollow answer: an action may still turn up; without one, only a visible effect counts.
StepResult wait_for_trace(StepContext& step, const VpsChange& change) {
  Json& kept = step.state[kChange];
  const auto adopted = adopt_action(step, change);
  if (adopted && *adopted) return look_in(step, std::chrono::seconds(0));
  if (change.proves) return Done{};
  const int looks = kept.value("hollow_looks", 0);
  kept["hollow_looks"] = looks + 1;
  if (looks < kLooksAfterHollow) return look_again(step, "looks");
  return Unknown{{.code = Code::Unknown,
                  .message = std::string(change.phrase) +
                             " was accepted, but the provider lists no action for it",
                  .hint = "Look at the machine itself before calling again.",
                  .maybe_done = true}};
}

}  // namespace

void begin_change(StepContext& step) {
  step.state[kChange] = {{"since", wall_ms(step)}};
  for (const char* key : {"looks", "lost_looks", "find_looks"}) step.state.erase(key);
}

StepResult check_lock(StepContext& step) {
  HostingApi& hosting = hosting_of(step);
  const auto vps = hosting.get_vps(vps_of(step), step.tool.cancel);
  if (!vps) return Failed{vps.error()};
  if (vps->is_locked || is_changing(vps->state))
    return Failed{{.code = Code::Locked,
                   .message = "an action runs on " + vps->hostname + " (" +
                              std::string(to_string(vps->state)) + ")",
                   .hint = "Wait until get-vps shows it unlocked."}};
  const auto actions = hosting.recent_actions(vps_of(step), step.tool.cancel);
  if (!actions) return Failed{actions.error()};
  begin_change(step);
  long long newest = 0;
  for (const Action& action : *actions) newest = std::max(newest, number_of(action.id));
  step.state[kChange]["newest"] = newest;
  return Done{};
}

StepResult send_change(StepContext& step, const VpsChange& change,
                       Result<Accepted> (*write)(StepContext& step)) {
  Json& kept = step.state[kChange];
  if (kept.contains("lost")) return look_for_change(step, change);
  kept["since"] = wall_ms(step);
  auto answer = write(step);
  if (answer) {
    if (answer->action) kept["action"] = answer->action->id.value;
    return Done{};
  }
  if (!answer.error().maybe_done) return Failed{std::move(answer).error()};
  kept["lost"] = true;
  return look_for_change(step, change);
}

Found find_change(StepContext& step, const VpsChange& change) {
  const auto adopted = adopt_action(step, change);
  if (adopted && *adopted) return Done{};
  const auto vps = hosting_of(step).get_vps(vps_of(step), step.tool.cancel);
  for (const Error* error : {adopted ? nullptr : &adopted.error(), vps ? nullptr : &vps.error()})
    if (error != nullptr) {
      if (is_passing(*error)) return look_again(step, "find_looks");
      return Unknown{*error};
    }
  if (change.proves && change.reached(*vps, step.state)) return Done{};
  // What the dead process sent last may show late.
  constexpr int kLooks = 3;
  if (step.state.value("find_looks", 0) < kLooks) return look_again(step, "find_looks");
  if (!vps->is_locked && !is_changing(vps->state)) return Absent{};
  return Unknown{lost(step, change)};
}

StepResult wait_for_change(StepContext& step, const VpsChange& change) {
  const Json& kept = step.state[kChange];
  if (kept.contains("action") && !kept.contains("action_done")) {
    StepResult waited = wait_for_action(step, change);
    if (!std::holds_alternative<Done>(waited)) return waited;
  } else if (!kept.contains("action")) {
    StepResult waited = wait_for_trace(step, change);
    if (!std::holds_alternative<Done>(waited)) return waited;
  }
  const auto vps = hosting_of(step).get_vps(vps_of(step), step.tool.cancel);
  if (!vps) return unreadable(step, change, vps.error());
  const std::string state(to_string(vps->state));
  if (vps->state == VpsState::Error)
    return Failed{
        {.code = Code::Upstream,
         .message = vps->hostname + " is in the state error after " + std::string(change.phrase),
         .hint = "Tell the owner: the provider must look at it."}};
  if (vps->is_locked || !change.reached(*vps, step.state))
    return too_long_or_again(step, change,
                             vps->hostname + " is " + state + (vps->is_locked ? ", locked" : ""));
  step.state["state"] = state;
  return Done{};
}

}  // namespace tier0::tools
