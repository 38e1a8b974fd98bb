// Puts a VPS behind a firewall, and takes it off again where nobody gets in any more.
#include <algorithm>
#include <array>

#include "tool_handlers.gen.h"
#include "tools/firewall_attachment.h"
#include "tools/firewall_steps.h"
#include "tools/runbook_steps.h"
#include "tools/vps_json.h"
#include "tools/vps_login.h"
#include "tools/vps_obstacle.h"

namespace tier0::tools {
namespace {

constexpr std::array kAllowed = {VpsState::Running};
/// From the activation on: what is left of a minute is for taking it off.
constexpr std::chrono::seconds kProofTime{40};

struct Wish {
  std::string name;
  std::optional<Firewall> firewall;  // there already
  std::vector<FirewallMatch> rules;
};

/// What `production` and `web` mean where the owner has not said it otherwise.
std::vector<ProfileRule> usual_rules(const std::string& profile) {
  if (profile != "production" && profile != "web") return {};
  return {{"TCP", "22", profile == "web" ? "any" : "operator"},
          {"TCP", "80", "any"},
          {"TCP", "443", "any"},
          {"ICMP", "any", "any"}};
}

/// A profile of the owner's, else one of ours, else a firewall of the account as it is.
Result<Wish> wish_of(ToolContext& context, const std::string& profile) {
  Wish wish{.name = profile, .firewall = {}, .rules = {}};
  T0_TRY(wish.firewall, find_firewall(context.hosting, profile, context.cancel));
  const auto configured = context.owner.firewall_profiles.find(profile);
  const std::vector<ProfileRule> rules = configured != context.owner.firewall_profiles.end()
                                             ? configured->second
                                             : usual_rules(profile);
  if (!rules.empty()) {
    T0_TRY(wish.rules, matches_of(rules, context.owner));
    return wish;
  }
  if (!wish.firewall)
    return Error{.code = Code::NotFound,
                 .message = "there is no firewall profile \"" + profile + "\"",
                 .hint = "Use production, web, a profile of tier0.yaml or a firewall's name."};
  wish.name = wish.firewall->name;
  wish.rules = matches_of(*wish.firewall);
  return wish;
}

/// Other machines must not get other rules by the way.
Result<Unit> check_shared(ToolContext& context, const Wish& wish, const VpsId& id) {
  if (!wish.firewall || changes_between(*wish.firewall, wish.rules).size() == 0) return Unit{};
  T0_TRY(const std::vector<Vps> machines, context.hosting.list_vps(context.cancel));
  for (const Vps& vps : machines)
    if (vps.firewall == wish.firewall->id && vps.id != id)
      return Error{.code = Code::Conflict,
                   .message = "the firewall " + wish.name +
                              " has other rules than the profile, and protects other VPSs",
                   .hint = "Bring its rules up to date with set-firewall-rules first."};
  return Unit{};
}

Plan plan_of(const Vps& vps, const Wish& wish) {
  const std::string old = vps.firewall ? vps.firewall->value : "";
  const std::string now = wish.firewall ? wish.firewall->id.value : "";
  const std::vector<FirewallMatch> before =
      wish.firewall ? matches_of(*wish.firewall) : std::vector<FirewallMatch>{};
  Plan plan{.summary = "put " + vps.hostname + " behind the firewall " + wish.name,
            .targets = Json::array({target_json(vps)}),
            .duration = std::chrono::seconds(60),
            .rollback = "disable-firewall",
            .observed = {{"state", to_string(vps.state)},
                         {"locked", vps.is_locked},
                         {"firewall", old},
                         {"rules", texts_of(before)},
                         {"synced", wish.firewall && wish.firewall->is_synced}},
            .state = {{"vps", vps.id.value},
                      {"hostname", vps.hostname},
                      {"name", wish.name},
                      {"old", old},
                      {"wanted", matches_json(wish.rules)},
                      {"before", matches_json(before)}},
            .leases = {"vps:" + vps.id.value, "firewall:" + (now.empty() ? wish.name : now)}};
  for (const FirewallMatch& rule : wish.rules) plan.effects.push_back("lets in " + text_of(rule));
  plan.effects.push_back("drops everything else that comes in");
  if (!old.empty() && old != now) plan.effects.push_back("takes the place of firewall " + old);
  if (!now.empty()) plan.state["firewall"] = now;
  plan.nothing_to_do = !now.empty() && old == now && wish.firewall->is_synced &&
                       changes_between(*wish.firewall, wish.rules).size() == 0;
  if (plan.nothing_to_do) plan.summary = vps.hostname + " is behind " + wish.name + " already";
  return plan;
}

Result<Plan> plan(ToolContext& context, const Json& args) {
  const VpsId id{args.at("vps").get<std::string>()};
  T0_TRY(const Vps vps, context.hosting.get_vps(id, context.cancel));
  if (auto problem = obstacle(vps, kAllowed, "put behind a firewall")) return *std::move(problem);
  const auto host = context.hosts.host_of(id);
  if (!host) return no_host(id);
  T0_TRY(const Wish wish, wish_of(context, args.at("profile")));
  if (auto problem = lock_out(wish.rules, context.owner)) return *std::move(problem);
  T0_CHECK(check_shared(context, wish, id));
  // A machine that lets nobody in now could not show that the firewall still does.
  T0_CHECK(log_in(context, *host));
  return plan_of(vps, wish);
}

/// An activation that nobody answered may still come: the steps after it watch for that.
StepResult activate(StepContext& step) {
  if (!step.state.contains("armed_at")) step.state["armed_at"] = wall_ms(step);
  StepResult sent = send_activation(step);
  if (std::holds_alternative<Unknown>(sent)) return Done{};
  return sent;
}

Found find_activation(StepContext& step) {
  if (!step.state.contains("armed_at")) step.state["armed_at"] = wall_ms(step);
  return find_change(step, kActivation);
}

/// Whether the VM is as it was before. After a write that may have been taken it only looks for a
/// while. A lock does not keep us from trying: nobody can get in, and the provider decides.
Result<bool> taken_off(StepContext& step) {
  constexpr int kLooksAfterWrite = 4;
  HostingApi& hosting = hosting_of(step);
  T0_TRY(const Vps vps, hosting.get_vps(vps_of(step), step.tool.cancel));
  const std::string now = vps.firewall ? vps.firewall->value : "";
  if (now != string_member(step.state, "firewall")) return true;
  if (now == string_member(step.state, "old")) return true;
  const int looks = step.state.value("off_looks", 0);
  step.state["off_looks"] = std::max(0, looks - 1);
  if (looks > 0) return false;
  const FirewallId old{string_member(step.state, "old")};
  const auto sent = old.value.empty()
                        ? hosting.deactivate_firewall(*vps.firewall, vps.id, step.tool.cancel)
                        : hosting.activate_firewall(old, vps.id, step.tool.cancel);
  if (sent || sent.error().maybe_done) step.state["off_looks"] = kLooksAfterWrite;
  if (!sent && !sent.error().maybe_done) return sent.error();
  return false;
}

/// Tries for a minute: an action that still runs on the machine refuses every other.
StepResult take_off(StepContext& step) {
  constexpr int kTries = 30;
  const auto off = taken_off(step);
  if (off && *off) return Done{};
  if (step.state.value("off_tries", 0) >= kTries)
    return Failed{off ? Error{.code = Code::Upstream,
                              .message = "the firewall does not come off",
                              .hint = "Take it off with disable-firewall, or in the panel."}
                      : off.error()};
  step.state["off_tries"] = step.state.value("off_tries", 0) + 1;
  return look_in(step, std::chrono::seconds(2));
}

/// The dead man's switch: from the activation on, nobody getting in for too long takes the firewall
/// off, whatever else is waited for. Done where a login works.
StepResult watch_login(StepContext& step) {
  if (step.state.contains("dead_man")) {
    StepResult off = take_off(step);
    if (!std::holds_alternative<Done>(off)) return off;
    return Failed{{.code = Code::SshUnreachable,
                   .message = "behind the firewall no login works (" +
                              string_member(step.state, "dead_man") + "): it was taken off again",
                   .hint = "Check where SSH comes from: operator.cidrs and operator.egress."}};
  }
  const auto host = step.tool.hosts.host_of(vps_of(step));
  if (!host) return Failed{no_host(vps_of(step))};
  const auto login = log_in(step.tool, *host);
  if (login) return Done{};
  const std::chrono::milliseconds passed(wall_ms(step) - step.state["armed_at"].get<long long>());
  if (passed < kProofTime) return look_in(step, std::chrono::seconds(3));
  step.state["dead_man"] = to_string(login.error().code);
  return look_in(step, std::chrono::seconds(0));
}

/// Waits with `wait`, and meanwhile sees to it that one can still log in.
StepResult watching(StepContext& step, StepResult (*wait)(StepContext& step)) {
  if (!step.state.contains("dead_man")) {
    StepResult waited = wait(step);
    if (std::holds_alternative<Done>(waited) || std::holds_alternative<Failed>(waited))
      return waited;
    const std::chrono::milliseconds passed(wall_ms(step) - step.state["armed_at"].get<long long>());
    if (passed < kProofTime && std::holds_alternative<Again>(waited)) return waited;
    StepResult login = watch_login(step);
    return std::holds_alternative<Done>(login) ? waited : login;
  }
  return watch_login(step);
}

StepResult wait_until_active(StepContext& step) {
  return watching(step, [](StepContext& s) { return wait_for_change(s, kActivation); });
}

StepResult sync_watched(StepContext& step) {
  return watching(step, sync_rules);
}

StepResult wait_until_in_force(StepContext& step) {
  return watching(step, wait_until_synced);
}

StepResult tell(StepContext& step) {
  note_evidence(step, "ssh login", "ok");
  Json data = {{"vps", step.state["vps"]},
               {"hostname", step.state["hostname"]},
               {"firewall", step.state["firewall"]},
               {"name", step.state["name"]},
               {"rules", texts_of(matches_from(step.state["wanted"]))}};
  return report(step,
                step.state["hostname"].get<std::string>() + " is behind " +
                    step.state["name"].get<std::string>() + "; a new login works",
                std::move(data));
}

constexpr Step kSteps[] = {
    {"check-lock", check_lock, only_reads},
    {"create-firewall", create_firewall, find_created_firewall, leave_firewall},
    {"put-rules", put_rules, find_rules, undo_rules},
    {"check-rules", check_rules, only_reads},
    {"activate", activate, find_activation, take_off},
    {"wait-until-active", wait_until_active, only_reads},
    {"sync-rules", sync_watched, find_synced, nothing_stays},
    {"wait-until-in-force", wait_until_in_force, only_reads},
    {"prove-login", watch_login, only_reads},
    {"report", tell, only_reads}};

}  // namespace

Runbook enable_firewall() {
  return {.version = 1, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
