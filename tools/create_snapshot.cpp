// Fills the only snapshot slot of a VPS. What was in it is gone.
#include <array>

#include "tool_handlers.gen.h"
#include "tools/runbook_steps.h"
#include "tools/vps_change.h"
#include "tools/vps_json.h"
#include "tools/vps_obstacle.h"

namespace tier0::tools {
namespace {

constexpr std::array kAllowed = {VpsState::Running, VpsState::Stopped};

constexpr VpsChange kSnapshot = {.word = "snapshot",
                                 .phrase = "the snapshot",
                                 .reached =
                                     [](const Vps& vps, const Json& state) {
                                       return to_string(vps.state) == string_member(state, "was");
                                     },
                                 .longest = std::chrono::minutes(30)};

/// Which snapshot lies in the slot: a new one has another id or another time.
std::string mark_of(const std::optional<Snapshot>& snapshot) {
  if (!snapshot) return "none";
  return snapshot->id + (snapshot->created_at ? " " + format_time(*snapshot->created_at) : "");
}

std::string made_at(const Snapshot& snapshot) {
  return snapshot.created_at ? format_time(*snapshot.created_at) : "an unknown time";
}

std::optional<Error> too_young(const Snapshot& snapshot, const Json& args, WallTime now) {
  const std::chrono::hours min_age(args.at("min_age_h").get<int>());
  if (args.value("overwrite", false)) return std::nullopt;
  if (snapshot.created_at && now - *snapshot.created_at >= min_age) return std::nullopt;
  return Error{.code = Code::Conflict,
               .message = "the only slot holds a snapshot of " + made_at(snapshot),
               .hint = "It may be the only good one. With overwrite it is replaced."};
}

Result<Plan> plan(ToolContext& context, const Json& args) {
  const VpsId id{args.at("vps").get<std::string>()};
  T0_TRY(const Vps vps, context.hosting.get_vps(id, context.cancel));
  if (auto problem = obstacle(vps, kAllowed, "copied")) return *std::move(problem);
  T0_TRY(const std::optional<Snapshot> old, context.hosting.get_snapshot(id, context.cancel));
  if (old)
    if (auto problem = too_young(*old, args, context.clock.wall())) return *std::move(problem);
  Plan plan{.summary = "make a snapshot of " + vps.hostname,
            .effects = Json::array({"the disk is copied; no other action is accepted meanwhile"}),
            .targets = Json::array({target_json(vps)}),
            .duration = std::chrono::minutes(5),
            .observed = {{"state", to_string(vps.state)},
                         {"locked", vps.is_locked},
                         {"snapshot", mark_of(old)}},
            .state = {{"vps", id.value},
                      {"hostname", vps.hostname},
                      {"was", to_string(vps.state)},
                      {"old", mark_of(old)}},
            .leases = {"vps:" + id.value}};
  if (old) plan.lost.push_back("the snapshot of " + made_at(*old));
  return plan;
}

StepResult send_snapshot(StepContext& step) {
  return send_change(step, kSnapshot, [](StepContext& s) {
    return hosting_of(s).create_snapshot(vps_of(s), s.tool.cancel);
  });
}

Found find_snapshot(StepContext& step) {
  const auto slot = hosting_of(step).get_snapshot(vps_of(step), step.tool.cancel);
  if (slot && *slot && mark_of(*slot) != step.state["old"]) return Done{};
  return find_change(step, kSnapshot);
}

/// The slot is the proof: an action that ended well and left the old snapshot there made none.
StepResult wait_until_made(StepContext& step) {
  const auto slot = hosting_of(step).get_snapshot(vps_of(step), step.tool.cancel);
  const bool made = slot && *slot && mark_of(*slot) != step.state["old"];
  if (!made || step.state["change"].contains("action")) {
    StepResult waited = wait_for_change(step, kSnapshot);
    if (!std::holds_alternative<Done>(waited)) return waited;
  }
  return Done{};
}

StepResult read_back(StepContext& step) {
  const auto slot = hosting_of(step).get_snapshot(vps_of(step), step.tool.cancel);
  constexpr int kLooks = 6;
  const bool made = slot && *slot && mark_of(*slot) != step.state["old"];
  if (!made) {
    if (step.state.value("slot_looks", 0) < kLooks) return look_again(step, "slot_looks");
    return Unknown{{.code = Code::Unknown,
                    .message = "the snapshot was accepted, but the slot does not show it",
                    .hint = "Look again with list-backups.",
                    .maybe_done = true}};
  }
  const Snapshot& snapshot = **slot;
  note_evidence(step, "snapshot slot", "new");
  Json data = {{"vps", step.state["vps"]},
               {"hostname", step.state["hostname"]},
               {"backup_id", "snapshot:" + step.state["vps"].get<std::string>()},
               {"restore_s", snapshot.restore_time.count()}};
  set_time(data, "created_at", snapshot.created_at);
  set_time(data, "expires_at", snapshot.expires_at);
  std::string summary = "snapshot of " + step.state["hostname"].get<std::string>();
  if (snapshot.expires_at) summary += ", kept until " + format_time(*snapshot.expires_at);
  return report(step, std::move(summary), std::move(data));
}

constexpr Step kSteps[] = {{"check-lock", check_lock, only_reads},
                           {"send-snapshot", send_snapshot, find_snapshot},
                           {"wait-until-made", wait_until_made, only_reads},
                           {"read-back", read_back, only_reads}};

}  // namespace

Runbook create_snapshot() {
  return {.version = 1, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
