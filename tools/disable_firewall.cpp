// Takes the firewall off a VPS, which leaves it open to everybody.
#include <array>

#include "tool_handlers.gen.h"
#include "tools/firewall_attachment.h"
#include "tools/runbook_steps.h"
#include "tools/vps_login.h"
#include "tools/vps_obstacle.h"

namespace tier0::tools {
namespace {

constexpr std::array kAllowed = {VpsState::Running, VpsState::Stopped};

Result<Plan> plan(ToolContext& context, const Json& args) {
  const VpsId id{args.at("vps").get<std::string>()};
  T0_TRY(const Vps vps, context.hosting.get_vps(id, context.cancel));
  if (auto problem = obstacle(vps, kAllowed, "opened")) return *std::move(problem);
  Plan plan{.summary = "take the firewall off " + vps.hostname,
            .effects = Json::array({"every port of it is open to everybody"}),
            .targets = Json::array({target_json(vps)}),
            .duration = std::chrono::seconds(30),
            .rollback = "enable-firewall",
            .observed = {{"state", to_string(vps.state)},
                         {"locked", vps.is_locked},
                         {"firewall", vps.firewall ? vps.firewall->value : ""}},
            .state = {{"vps", id.value}, {"hostname", vps.hostname}},
            .leases = {"vps:" + id.value}};
  if (!vps.firewall) {
    plan.summary = vps.hostname + " has no firewall";
    plan.effects = Json::array();
    plan.nothing_to_do = true;
    return plan;
  }
  plan.state["firewall"] = vps.firewall->value;
  plan.leases.push_back("firewall:" + vps.firewall->value);
  return plan;
}

Found find_deactivation(StepContext& step) {
  return find_change(step, kDeactivation);
}

StepResult wait_until_off(StepContext& step) {
  return wait_for_change(step, kDeactivation);
}

StepResult tell(StepContext& step) {
  note_evidence(step, "firewall of the VPS", "none");
  Json data = step.state;
  if (const Json* action = find_member(step.state["change"], "action")) data["action"] = *action;
  return report(step,
                step.state["hostname"].get<std::string>() + " has no firewall: it is open to all",
                std::move(data));
}

constexpr Step kSteps[] = {{"check-lock", check_lock, only_reads},
                           {"deactivate", send_deactivation, find_deactivation, nothing_stays},
                           {"wait-until-off", wait_until_off, only_reads},
                           {"report", tell, only_reads}};

}  // namespace

Runbook disable_firewall() {
  return {.version = 1, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
