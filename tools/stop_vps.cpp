// Shuts a running VPS down. Charges go on.
#include <array>

#include "tool_handlers.gen.h"
#include "tools/runbook_steps.h"
#include "tools/vps_change.h"
#include "tools/vps_login.h"
#include "tools/vps_obstacle.h"

namespace tier0::tools {
namespace {

constexpr std::array kStoppable = {VpsState::Running, VpsState::Stopped};
constexpr const char* kCharges = "charges go on while it is stopped";

constexpr VpsChange kStop = {
    .word = "stop",
    .phrase = "the stop",
    .reached = [](const Vps& vps, const Json&) { return vps.state == VpsState::Stopped; },
    .proves = true};

Result<Plan> plan(ToolContext& context, const Json& args) {
  const VpsId id{args.at("vps").get<std::string>()};
  T0_TRY(const Vps vps, context.hosting.get_vps(id, context.cancel));
  if (auto problem = obstacle(vps, kStoppable, "stopped")) return *std::move(problem);
  const bool stopped = vps.state == VpsState::Stopped;
  constexpr std::chrono::seconds kUsual{60};
  return Plan{
      .summary = stopped ? vps.hostname + " is stopped already" : "stop " + vps.hostname,
      .effects =
          stopped ? Json::array() : Json::array({"everything on it stops answering", kCharges}),
      .targets = Json::array({target_json(vps)}),
      .duration = stopped ? std::chrono::seconds(0) : kUsual,
      .rollback = stopped ? "" : "start-vps",
      .observed = {{"state", to_string(vps.state)}, {"locked", vps.is_locked}},
      .state = {{"vps", id.value}, {"hostname", vps.hostname}, {"state", to_string(vps.state)}},
      .nothing_to_do = stopped,
      .leases = {"vps:" + id.value}};
}

StepResult send_stop(StepContext& step) {
  return send_change(
      step, kStop, [](StepContext& s) { return hosting_of(s).stop_vps(vps_of(s), s.tool.cancel); });
}

Found find_stop(StepContext& step) {
  return find_change(step, kStop);
}

StepResult wait_until_stopped(StepContext& step) {
  return wait_for_change(step, kStop);
}

/// A machine that still lets one in is not stopped, whatever the provider says.
StepResult prove_silence(StepContext& step) {
  if (const auto host = step.tool.hosts.host_of(vps_of(step))) {
    const auto login = log_in(step.tool, *host);
    note_evidence(step, "ssh login", login ? "ok" : to_string(login.error().code));
    if (login) note_warning(step, "the provider calls it stopped, but a login still works");
  } else {
    note_warning(step, "no SSH host is configured for it: the provider's word is the proof");
    note_evidence(step, "ssh login", to_string(Code::NotConfigured));
  }
  note_evidence(step, "provider state", step.state["state"].get<std::string>());
  Json data = step.state;
  if (const Json* action = find_member(step.state["change"], "action")) data["action"] = *action;
  return report(step, step.state["hostname"].get<std::string>() + " is stopped; " + kCharges,
                std::move(data));
}

constexpr Step kSteps[] = {{"check-lock", check_lock, only_reads},
                           {"send-stop", send_stop, find_stop, nothing_stays},
                           {"wait-until-stopped", wait_until_stopped, only_reads},
                           {"prove-silence", prove_silence, only_reads}};

}  // namespace

Runbook stop_vps() {
  return {.version = 1, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
