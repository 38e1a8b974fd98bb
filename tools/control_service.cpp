// Starts, stops, restarts or reloads a systemd unit, and reads its state back.
#include <algorithm>
#include <array>

#include "server/base/text.h"
#include "tool_handlers.gen.h"
#include "tools/host_command.h"
#include "tools/runbook_steps.h"
#include "tools/vps_login.h"

namespace tier0::tools {
namespace {

/// Without these nobody gets in any more to start them again.
constexpr std::array<std::string_view, 6> kNeverStopped = {
    "ssh", "sshd", "systemd-networkd", "networking", "NetworkManager", "systemd-logind"};

bool lets_ssh_live(const std::string& unit) {
  const std::string name = unit.substr(0, unit.rfind('.'));
  return std::ranges::find(kNeverStopped, name) == kNeverStopped.end() &&
         std::ranges::find(kNeverStopped, unit) == kNeverStopped.end();
}

std::string first_line(const Result<CommandOutput>& ran) {
  return ran ? std::string(trim(clean_text(split(ran->out, '\n')[0], 100))) : "";
}

/// active, inactive, failed, activating…: one word on standard output whatever the exit code.
Result<std::string> state_of(ToolContext& context, const HostName& host, const std::string& unit) {
  const auto ran = context.ssh.run(
      host, {.argv = {"systemctl", "is-active", "--", unit}, .total = std::chrono::seconds(20)},
      context.cancel);
  if (!ran) return ran.error();
  const std::string state = first_line(ran);
  if (state.empty()) return command_failed("systemctl is-active " + unit, *ran);
  return state;
}

/// When it came up, as the system counts; empty where it does not say.
std::string start_mark(ToolContext& context, const HostName& host, const std::string& unit) {
  const auto ran =
      context.ssh.run(host,
                      {.argv = {"systemctl", "show", "--property=ActiveEnterTimestampMonotonic",
                                "--value", "--", unit},
                       .total = std::chrono::seconds(20)},
                      context.cancel);
  return ran && ran->exit_code == 0 ? first_line(ran) : "";
}

const char* wanted_after(const std::string& action) {
  return action == "stop" ? "inactive" : "active";
}

Result<Plan> plan(ToolContext& context, const Json& args) {
  const VpsId id{args.at("vps").get<std::string>()};
  const std::string unit = args.at("unit");
  const std::string action = args.at("action");
  const auto host = context.hosts.host_of(id);
  if (!host) return no_host(id);
  if (action == "stop" && !lets_ssh_live(unit))
    return Error{.code = Code::Validation,
                 .message = "without " + unit + " nobody gets in any more",
                 .hint = "It may be restarted, not stopped.",
                 .details = {{"unit", "must not be one that SSH needs"}}};
  T0_TRY(const std::string state, state_of(context, *host, unit));
  const bool already = (action == "start" || action == "stop") && state == wanted_after(action);
  return Plan{
      .summary = already ? unit + " on " + host->value + " is " + state + " already"
                         : action + " " + unit + " on " + host->value,
      .effects = already ? Json::array() : Json::array({"systemctl " + action + " " + unit}),
      .targets = Json::array({{{"kind", "vps"}, {"id", id.value}, {"name", host->value}}}),
      .duration = std::chrono::seconds(already ? 0 : 15),
      .rollback = action == "stop" ? "control-service start" : "",
      .observed = {{"unit", unit}, {"state", state}},
      .state = {{"vps", id.value},
                {"host", host->value},
                {"unit", unit},
                {"action", action},
                {"was", state},
                {"state", state}},
      .nothing_to_do = already,
      .leases = {"vps:" + id.value}};
}

HostName service_host(const StepContext& step) {
  return HostName{step.state.at("host").get<std::string>()};
}

StepResult note_start(StepContext& step) {
  step.state["mark"] = start_mark(step.tool, service_host(step), step.state.at("unit"));
  return Done{};
}

Error nobody_knows(const StepContext& step) {
  return {.code = Code::TimeoutUnknown,
          .message = "no answer came to systemctl " + string_member(step.state, "action") + " " +
                     string_member(step.state, "unit"),
          .hint = "Look at the unit with run-diagnostic before calling again.",
          .maybe_done = true};
}

/// Done where the world shows the effect. A reload shows nothing, but does no harm twice.
Found find_effect(StepContext& step) {
  const std::string unit = step.state.at("unit");
  const std::string action = step.state.at("action");
  const auto state = state_of(step.tool, service_host(step), unit);
  if (!state && is_passing(state.error())) return look_again(step, "find_looks");
  if (!state) return Unknown{state.error()};
  if (action == "reload") return Absent{};
  if (action != "restart") {
    if (*state == wanted_after(action)) return Done{};
    return Absent{};
  }
  const std::string before = string_member(step.state, "mark");
  const std::string now = start_mark(step.tool, service_host(step), unit);
  if (before.empty() || now.empty()) return Unknown{nobody_knows(step)};
  if (now != before) return Done{};
  return Absent{};
}

StepResult send_action(StepContext& step) {
  const std::string action = step.state.at("action");
  const std::string unit = step.state.at("unit");
  if (!step.state.contains("lost")) {
    const auto ran = step.tool.ssh.run(service_host(step),
                                       {.argv = {"sudo", "-n", "systemctl", action, "--", unit},
                                        .total = std::chrono::seconds(90),
                                        .idle = std::chrono::seconds(90)},
                                       step.tool.cancel);
    if (ran && ran->exit_code == 0 && ran->signal.empty()) return Done{};
    if (ran) return Failed{command_failed("systemctl " + action + " " + unit, *ran)};
    if (!ran.error().maybe_done) return Failed{ran.error()};
    step.state["lost"] = true;
  }
  const Found found = find_effect(step);
  if (std::holds_alternative<Done>(found)) return Done{};
  if (const auto* again = std::get_if<Again>(&found)) return *again;
  constexpr int kLooks = 4;
  const bool may_come = std::holds_alternative<Absent>(found) && action != "reload";
  if (may_come && step.state.value("lost_looks", 0) < kLooks) return look_again(step, "lost_looks");
  return Unknown{nobody_knows(step)};
}

/// Twice the same, some seconds apart: a service that dies right after its start is not started.
StepResult prove_state(StepContext& step) {
  const std::string unit = step.state.at("unit");
  const std::string wanted = wanted_after(step.state.at("action"));
  const auto state = state_of(step.tool, service_host(step), unit);
  constexpr int kLooks = 12;
  const int looks = step.state.value("proof_looks", 0);
  step.state["proof_looks"] = looks + 1;
  const bool moving = !state ? is_passing(state.error())
                             : *state == "activating" || *state == "deactivating" ||
                                   *state == "reloading" || *state == "refreshing";
  if (moving && looks < kLooks) return look_in(step, std::chrono::seconds(5));
  if (!state) return Unknown{state.error()};
  step.state["state"] = *state;
  if (*state != wanted)
    return Failed{{.code = Code::CommandFailed,
                   .message = unit + " is " + *state + " after it, not " + wanted,
                   .hint = "Read why with run-diagnostic, probe service or journal."}};
  if (!step.state.contains("seen_once")) {
    step.state["seen_once"] = true;
    return look_in(step, std::chrono::seconds(3));
  }
  note_evidence(step, "systemctl is-active", *state);
  return report(step, unit + " on " + string_member(step.state, "host") + " is " + *state,
                Json(step.state));
}

constexpr Step kSteps[] = {{"note-start", note_start, only_reads},
                           {"send-action", send_action, find_effect},
                           {"prove-state", prove_state, only_reads}};

}  // namespace

Runbook control_service() {
  return {.version = 1, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
