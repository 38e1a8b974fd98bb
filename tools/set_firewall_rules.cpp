// Brings a firewall to the rules wanted, puts them in force, and proves that SSH still works.
#include <algorithm>

#include "tool_handlers.gen.h"
#include "tools/firewall_steps.h"
#include "tools/runbook_steps.h"
#include "tools/vps_json.h"
#include "tools/vps_login.h"
#include "tools/vps_obstacle.h"

namespace tier0::tools {
namespace {

constexpr std::size_t kManyRules = 50;
constexpr std::chrono::seconds kProofTime{45};

struct Place {
  Account account;
  std::optional<Firewall> firewall;
};

/// The account that has it, or the one where it is to be made.
Result<Place> find_place(ToolContext& context, const Json& args) {
  const std::string wanted = args.at("firewall");
  const std::string named = string_member(args, "account");
  std::optional<Place> place;
  for (const Account& account : context.accounts) {
    if (!named.empty() && account.name != named) continue;
    T0_TRY(std::optional<Firewall> found, find_firewall(*account.api, wanted, context.cancel));
    if (place && (place->firewall || !found)) {
      if (found)
        return Error{.code = Code::Validation,
                     .message = "several accounts have a firewall \"" + wanted + "\"",
                     .hint = "Name the account."};
      continue;
    }
    place = Place{account, std::move(found)};
  }
  if (!place)
    return Error{.code = Code::NotFound,
                 .message = "there is no account \"" + named + "\"",
                 .hint = "Leave account out, or name one that is configured."};
  if (!place->firewall && named.empty() && context.accounts.size() > 1)
    return Error{.code = Code::Validation,
                 .message = "no account has a firewall \"" + wanted + "\"",
                 .hint = "To make it, name the account."};
  return *std::move(place);
}

std::vector<ProfileRule> rules_of(const Json& args) {
  std::vector<ProfileRule> rules;
  for (const Json& rule : args.at("rules"))
    rules.push_back(
        {.protocol = rule.at("protocol"), .port = rule.at("port"), .from = rule.at("from")});
  return rules;
}

Json effects_of(const RuleChanges& changes, bool is_new) {
  Json effects = Json::array();
  if (is_new) effects.push_back("a new firewall is made; no VPS has it yet");
  for (const FirewallMatch& match : changes.missing) effects.push_back("lets in " + text_of(match));
  for (const FirewallRule& rule : changes.surplus)
    effects.push_back("no longer lets in " + text_of(rule.match));
  return effects;
}

Json protected_targets(const std::vector<Vps>& machines, const FirewallId& firewall) {
  Json targets = Json::array();
  for (const Vps& vps : machines)
    if (vps.firewall == firewall) targets.push_back(target_json(vps));
  return targets;
}

Result<Plan> plan(ToolContext& context, const Json& args) {
  T0_TRY(const std::vector<FirewallMatch> wanted, matches_of(rules_of(args), context.owner));
  if (auto problem = lock_out(wanted, context.owner)) return *std::move(problem);
  T0_TRY(const Place place, find_place(context, args));
  T0_TRY(const std::vector<Vps> machines, place.account.api->list_vps(context.cancel));
  const Firewall now = place.firewall.value_or(Firewall{.name = args.at("firewall")});
  const RuleChanges changes = changes_between(now, wanted);
  const bool is_new = !place.firewall;
  Plan plan{
      .summary = "set " + std::to_string(wanted.size()) + " rules of " + now.name,
      .effects = effects_of(changes, is_new),
      .targets = Json::array({{{"kind", "firewall"}, {"id", now.id.value}, {"name", now.name}}}),
      .duration = std::chrono::seconds(60),
      .rollback = is_new ? "" : "set-firewall-rules with the rules from before",
      .observed = {{"rules", texts_of(matches_of(now))}, {"synced", now.is_synced}},
      .state = {{"account", place.account.name},
                {"name", now.name},
                {"wanted", matches_json(wanted)},
                {"before", matches_json(matches_of(now))},
                {"changes", changes.size()}},
      .nothing_to_do = !is_new && changes.size() == 0 && now.is_synced,
      .leases = {"firewall:" + (is_new ? now.name : now.id.value)}};
  if (!is_new) {
    plan.state["firewall"] = now.id.value;
    const Json attached = protected_targets(machines, now.id);
    plan.observed["vps"] = attached;
    plan.targets.insert(plan.targets.end(), attached.begin(), attached.end());
    for (const Json& vps : attached) plan.state["attached"].push_back(vps["id"]);
  }
  if (plan.nothing_to_do) plan.summary = now.name + " has these rules already";
  if (wanted.size() > kManyRules)
    plan.warnings.push_back("more than 50 rules: an older API takes them one by one, slowly");
  return plan;
}

/// Only a machine that lets one in now can prove anything afterwards.
StepResult look_before(StepContext& step) {
  step.state["proof"] = Json::array();
  for (const Json& id : step.state.value("attached", Json::array())) {
    const auto host = step.tool.hosts.host_of(VpsId{id.get<std::string>()});
    if (!host) continue;
    const auto login = log_in(step.tool, *host);
    if (login)
      step.state["proof"].push_back(id);
    else
      note_warning(step, "VPS " + id.get<std::string>() +
                             " lets nobody in by SSH already: " + login.error().message);
  }
  return Done{};
}

/// The machine that let us in before and now does not, if any.
std::optional<Error> locked_out(StepContext& step) {
  for (const Json& id : step.state["proof"]) {
    const auto host = step.tool.hosts.host_of(VpsId{id.get<std::string>()});
    if (!host) continue;
    if (auto login = log_in(step.tool, *host); !login) {
      Error error = std::move(login).error();
      error.message =
          "with these rules no login to VPS " + id.get<std::string>() + " works: " + error.message;
      error.hint = "The rules from before are put back. Check where SSH comes from.";
      return error;
    }
  }
  return std::nullopt;
}

/// Failed where a machine stays closed for too long: then the old rules come back.
StepResult watch_logins(StepContext& step) {
  auto error = locked_out(step);
  if (!error) {
    step.state.erase("dark_since");
    return Done{};
  }
  if (!step.state.contains("dark_since")) step.state["dark_since"] = wall_ms(step);
  const std::chrono::milliseconds passed(wall_ms(step) - step.state["dark_since"].get<long long>());
  if (passed < kProofTime) return look_in(step, std::chrono::seconds(3));
  return Failed{*std::move(error)};
}

/// Waits with `wait`, and meanwhile sees to it that one can still log in.
StepResult watching(StepContext& step, StepResult (*wait)(StepContext& step)) {
  StepResult waited = wait(step);
  if (std::holds_alternative<Done>(waited) || std::holds_alternative<Failed>(waited)) return waited;
  StepResult login = watch_logins(step);
  return std::holds_alternative<Done>(login) ? waited : login;
}

StepResult sync_watched(StepContext& step) {
  return watching(step, sync_rules);
}

StepResult wait_until_in_force(StepContext& step) {
  return watching(step, wait_until_synced);
}

StepResult prove_logins(StepContext& step) {
  StepResult watched = watch_logins(step);
  if (!std::holds_alternative<Done>(watched)) return watched;
  const std::size_t count = step.state["proof"].size();
  note_evidence(step, "ssh login",
                count == 0 ? to_string(Code::NotConfigured) : std::string_view("ok"));
  if (count == 0 && !step.state.value("attached", Json::array()).empty())
    note_warning(step, "no SSH login proves the rules: the provider's word is the proof");
  return Done{};
}

StepResult tell(StepContext& step) {
  Json data = {{"firewall", step.state["firewall"]},
               {"name", step.state["name"]},
               {"rules", texts_of(matches_from(step.state["wanted"]))},
               {"vps", step.state["protects"]}};
  return report(step,
                "the " + std::to_string(step.state["wanted"].size()) + " rules of " +
                    step.state["name"].get<std::string>() +
                    (step.state["protects"].empty() ? " are set; no VPS has it" : " are in force"),
                std::move(data));
}

constexpr Step kSteps[] = {
    {"look-before", look_before, only_reads},
    {"create-firewall", create_firewall, find_created_firewall, leave_firewall},
    {"put-rules", put_rules, find_rules, undo_rules},
    {"check-rules", check_rules, only_reads},
    {"sync-rules", sync_watched, find_synced, nothing_stays},
    {"wait-until-in-force", wait_until_in_force, only_reads},
    {"prove-logins", prove_logins, only_reads},
    {"report", tell, only_reads}};

}  // namespace

Runbook set_firewall_rules() {
  return {.version = 1, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
