// Starts a stopped VPS and proves that it runs.
#include <array>

#include "tool_handlers.gen.h"
#include "tools/runbook_steps.h"
#include "tools/vps_change.h"
#include "tools/vps_login.h"
#include "tools/vps_obstacle.h"

namespace tier0::tools {
namespace {

constexpr std::array kStartable = {VpsState::Running, VpsState::Stopped};

constexpr VpsChange kStart = {
    .word = "start",
    .phrase = "the start",
    .reached = [](const Vps& vps, const Json&) { return vps.state == VpsState::Running; },
    .proves = true};

Result<Plan> plan(ToolContext& context, const Json& args) {
  const VpsId id{args.at("vps").get<std::string>()};
  T0_TRY(const Vps vps, context.hosting.get_vps(id, context.cancel));
  if (auto problem = obstacle(vps, kStartable, "started")) return *std::move(problem);
  const bool running = vps.state == VpsState::Running;
  constexpr std::chrono::seconds kUsual{90};
  return Plan{
      .summary = running ? vps.hostname + " runs already" : "start " + vps.hostname,
      .effects = running ? Json::array() : Json::array({"the VPS boots; its services start"}),
      .targets = Json::array({target_json(vps)}),
      .duration = running ? std::chrono::seconds(0) : kUsual,
      .rollback = running ? "" : "stop-vps",
      .observed = {{"state", to_string(vps.state)}, {"locked", vps.is_locked}},
      .state = {{"vps", id.value}, {"hostname", vps.hostname}, {"state", to_string(vps.state)}},
      .nothing_to_do = running,
      .leases = {"vps:" + id.value}};
}

StepResult send_start(StepContext& step) {
  return send_change(step, kStart, [](StepContext& s) {
    return hosting_of(s).start_vps(vps_of(s), s.tool.cancel);
  });
}

Found find_start(StepContext& step) {
  return find_change(step, kStart);
}

StepResult wait_until_running(StepContext& step) {
  return wait_for_change(step, kStart);
}

StepResult tell(StepContext& step) {
  note_evidence(step, "provider state", step.state["state"].get<std::string>());
  Json data = step.state;
  if (const Json* action = find_member(step.state["change"], "action")) data["action"] = *action;
  return report(step, step.state["hostname"].get<std::string>() + " runs", std::move(data));
}

constexpr Step kSteps[] = {{"check-lock", check_lock, only_reads},
                           {"send-start", send_start, find_start, nothing_stays},
                           {"wait-until-running", wait_until_running, only_reads},
                           {"prove-login", prove_login, only_reads},
                           {"report", tell, only_reads}};

}  // namespace

Runbook start_vps() {
  return {.version = 2, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
