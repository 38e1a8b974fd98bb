#include "tools/firewall_steps.h"

#include <algorithm>

#include "tools/runbook_steps.h"

namespace tier0::tools {
namespace {

constexpr int kLooksAfterLoss = 4;

FirewallId firewall_of(const StepContext& step) {
  return FirewallId{step.state.at("firewall").get<std::string>()};
}

StepResult refused(StepContext& step, const Error& error, const std::string& looks) {
  constexpr int kTries = 6;
  if (is_passing(error) && !error.maybe_done && step.state.value(looks, 0) < kTries)
    return look_again(step, looks);
  return Failed{error};
}

Error nobody_knows(const StepContext& step, std::string_view what) {
  return {.code = Code::TimeoutUnknown,
          .message = "no answer came to " + std::string(what) + " of firewall " +
                     string_member(step.state, "name") + ", and it does not show",
          .hint = "Read it with get-firewall before calling again.",
          .maybe_done = true};
}

/// Adds what is missing, then deletes what is too much. The first error, if any.
Result<Unit> change_one_by_one(StepContext& step, const RuleChanges& changes) {
  HostingApi& hosting = hosting_of(step);
  for (const FirewallMatch& match : changes.missing)
    T0_CHECK(hosting.add_firewall_rule(firewall_of(step), match, step.tool.cancel));
  for (const FirewallRule& rule : changes.surplus)
    T0_CHECK(hosting.delete_firewall_rule(firewall_of(step), rule.id, step.tool.cancel));
  return Unit{};
}

Result<Unit> change_rules(StepContext& step, const RuleChanges& changes,
                          const std::vector<FirewallMatch>& wanted) {
  if (!step.state.value("one_by_one", false)) {
    const auto replaced = hosting_of(step).replace_firewall_rules(firewall_of(step), wanted,
                                                                  SyncAfter::Yes, step.tool.cancel);
    if (replaced) return Unit{};
    if (replaced.error().code != Code::NotFound) return replaced.error();
    step.state["one_by_one"] = true;  // an older API
  }
  return change_one_by_one(step, changes);
}

Result<std::vector<VpsId>> protected_by(StepContext& step) {
  T0_TRY(const std::vector<Vps> machines, hosting_of(step).list_vps(step.tool.cancel));
  std::vector<VpsId> ids;
  for (const Vps& vps : machines)
    if (vps.firewall == firewall_of(step)) ids.push_back(vps.id);
  return ids;
}

/// A VM on which an action runs takes no other: kind locked, or a refusal in words.
Result<Unit> sync_each(StepContext& step, const std::vector<VpsId>& machines) {
  for (const VpsId& vps : machines) {
    auto sent = hosting_of(step).sync_firewall(firewall_of(step), vps, step.tool.cancel);
    if (!sent && !sent.error().maybe_done) return std::move(sent).error();
  }
  return Unit{};
}

Result<Unit> send_sync(StepContext& step) {
  auto everywhere = hosting_of(step).sync_firewall_everywhere(firewall_of(step), step.tool.cancel);
  if (everywhere || everywhere.error().maybe_done) return Unit{};
  if (everywhere.error().code != Code::NotFound) return std::move(everywhere).error();
  T0_TRY(const std::vector<VpsId> machines, protected_by(step));
  return sync_each(step, machines);
}

/// A refusal comes from another action on one of the machines, which ends by itself.
StepResult sync_or_again(StepContext& step, const std::string& tries) {
  constexpr int kTries = 12;
  const auto sent = send_sync(step);
  if (sent) return Done{};
  if (step.state.value(tries, 0) < kTries) return look_again(step, tries);
  return Failed{sent.error()};
}

/// Until the firewall has these rules. After a lost answer the world decides: progress goes on, and
/// without any nobody knows. `phase` keeps the counts of this way apart from those of the way back.
StepResult bring_rules(StepContext& step, const Json& rules, const std::string& phase) {
  const auto now = hosting_of(step).get_firewall(firewall_of(step), step.tool.cancel);
  if (!now) return refused(step, now.error(), phase + "_reads");
  const std::vector<FirewallMatch> wanted = matches_from(rules);
  const RuleChanges changes = changes_between(*now, wanted);
  if (changes.size() == 0) return Done{};
  const std::string lost_at = phase + "_lost_at";
  const std::string lost_looks = phase + "_lost_looks";
  if (step.state.value(lost_at, changes.size() + 1) == changes.size()) {
    if (step.state.value(lost_looks, 0) < kLooksAfterLoss) return look_again(step, lost_looks);
    return Unknown{nobody_knows(step, "the change of the rules")};
  }
  step.state.erase(lost_at);
  constexpr int kRounds = 3;
  const int rounds = step.state.value(phase + "_rounds", 0);
  step.state[phase + "_rounds"] = rounds + 1;
  if (rounds >= kRounds)
    return Failed{{.code = Code::Upstream,
                   .message = "the provider takes the rules, but does not keep them",
                   .hint = "Read them with get-firewall."}};
  const auto changed = change_rules(step, changes, wanted);
  if (changed) return look_in(step, std::chrono::seconds(0));
  if (!changed.error().maybe_done) {
    step.state[phase + "_rounds"] = rounds;
    return refused(step, changed.error(), phase + "_writes");
  }
  step.state[lost_at] = changes.size();
  step.state[lost_looks] = 0;
  return look_again(step, lost_looks);
}

}  // namespace

Result<std::optional<Firewall>> find_firewall(HostingApi& hosting, const std::string& wanted,
                                              const Cancel& cancel) {
  T0_TRY(const std::vector<Firewall> all, hosting.list_firewalls(cancel));
  std::optional<Firewall> found;
  for (const Firewall& firewall : all) {
    if (firewall.id.value == wanted) return std::optional(firewall);
    if (firewall.name != wanted) continue;
    if (found)
      return Error{.code = Code::Conflict,
                   .message = "several firewalls are called \"" + wanted + "\"",
                   .hint = "Name it by its id."};
    found = firewall;
  }
  return found;
}

StepResult create_firewall(StepContext& step) {
  if (step.state.contains("firewall")) return Done{};
  const std::string name = step.state.at("name");
  auto made = hosting_of(step).create_firewall(name, step.tool.cancel);
  if (made) {
    step.state["firewall"] = made->id.value;
    step.state["made"] = true;
    return Done{};
  }
  if (!made.error().maybe_done) return Failed{std::move(made).error()};
  const auto found = find_firewall(hosting_of(step), name, step.tool.cancel);
  if (!found || !*found) return Unknown{nobody_knows(step, "the creation")};
  step.state["firewall"] = (*found)->id.value;
  step.state["made"] = true;
  return Done{};
}

Found find_created_firewall(StepContext& step) {
  if (step.state.contains("firewall")) return Done{};
  const auto found =
      find_firewall(hosting_of(step), step.state.at("name").get<std::string>(), step.tool.cancel);
  if (!found && is_passing(found.error())) return look_again(step, "find_looks");
  if (!found) return Unknown{found.error()};
  if (!*found) return Absent{};
  step.state["firewall"] = (*found)->id.value;
  step.state["made"] = true;
  return Done{};
}

StepResult leave_firewall(StepContext& step) {
  if (!step.state.contains("made")) return Done{};
  return Failed{{.code = Code::Conflict, .message = "the new firewall stays, on no VPS"}};
}

StepResult put_rules(StepContext& step) {
  StepResult put = bring_rules(step, step.state["wanted"], "put");
  if (const auto* failed = std::get_if<Failed>(&put)) return fail_later(step, failed->error);
  return put;
}

StepResult check_rules(StepContext& step) {
  return fail_now(step);
}

/// The rules wanted are a state, not a deed: what is missing may be put there again.
Found find_rules(StepContext& step) {
  // On the way back nothing less than all of the old rules is an end.
  if (step.state.contains("undoing_rules")) return Done{};
  const auto now = hosting_of(step).get_firewall(firewall_of(step), step.tool.cancel);
  if (!now && is_passing(now.error())) return look_again(step, "find_looks");
  if (!now) return Unknown{now.error()};
  if (changes_between(*now, matches_from(step.state["wanted"])).size() == 0) return Done{};
  return Absent{};
}

StepResult undo_rules(StepContext& step) {
  // One that we made, and that has no VPS, may keep its rules.
  if (!step.state.contains("firewall") || step.state["before"].empty()) return Done{};
  if (!step.state.contains("undoing_rules")) {
    step.state["undoing_rules"] = true;
    return look_in(step, std::chrono::seconds(0));
  }
  StepResult brought = bring_rules(step, step.state["before"], "undo");
  if (!std::holds_alternative<Done>(brought)) return brought;
  const auto now = hosting_of(step).get_firewall(firewall_of(step), step.tool.cancel);
  if (!now) return refused(step, now.error(), "undo_reads");
  if (now->is_synced) return Done{};
  constexpr int kLooks = 10;
  if (step.state.contains("undo_synced")) {
    if (step.state.value("undo_looks", 0) < kLooks) return look_again(step, "undo_looks");
    return Failed{{.code = Code::Upstream, .message = "the old rules do not come in force"}};
  }
  StepResult sent = sync_or_again(step, "undo_syncs");
  if (!std::holds_alternative<Done>(sent)) return sent;
  step.state["undo_synced"] = true;
  return look_in(step, std::chrono::seconds(0));
}

StepResult sync_rules(StepContext& step) {
  const auto now = hosting_of(step).get_firewall(firewall_of(step), step.tool.cancel);
  if (!now) return refused(step, now.error(), "sync_reads");
  const auto machines = protected_by(step);
  if (!machines) return refused(step, machines.error(), "sync_reads");
  step.state["protects"] = Json::array();
  for (const VpsId& vps : *machines) step.state["protects"].push_back(vps.value);
  step.state["sync_since"] = wall_ms(step);
  if (now->is_synced || machines->empty()) return Done{};
  // Rules that were replaced at once are synced by the provider itself, in its own time.
  constexpr int kLooks = 3;
  if (!step.state.value("one_by_one", false) && step.state.value("own_sync_looks", 0) < kLooks)
    return look_again(step, "own_sync_looks");
  return sync_or_again(step, "sync_tries");
}

/// What the dead process sent may still come; whether it did or not, the step looks before it
/// sends.
Found find_synced(StepContext& step) {
  const auto now = hosting_of(step).get_firewall(firewall_of(step), step.tool.cancel);
  constexpr int kLooks = 5;
  const bool may_come = now ? !now->is_synced : is_passing(now.error());
  if (may_come && step.state.value("find_sync_looks", 0) < kLooks)
    return look_again(step, "find_sync_looks");
  return Absent{};
}

StepResult wait_until_synced(StepContext& step) {
  if (step.state.at("protects").empty()) {
    note_evidence(step, "firewall in force", "no VPS has it");
    return Done{};
  }
  constexpr std::chrono::seconds kLongest{120};
  const auto now = hosting_of(step).get_firewall(firewall_of(step), step.tool.cancel);
  const bool right = now && now->is_synced &&
                     changes_between(*now, matches_from(step.state["wanted"])).size() == 0;
  if (right) {
    note_evidence(step, "firewall in force", "synced, rules read back");
    return Done{};
  }
  if (!now && !is_passing(now.error())) return Unknown{now.error()};
  const std::chrono::milliseconds passed(wall_ms(step) - step.state["sync_since"].get<long long>());
  if (passed < kLongest) return look_again(step, "sync_looks");
  return Failed{{.code = Code::Upstream,
                 .message = "the provider does not put the rules of " +
                            string_member(step.state, "name") + " in force",
                 .hint = "Look at them with get-firewall, and try again later."}};
}

}  // namespace tier0::tools
