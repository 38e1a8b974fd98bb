// Restarts a VPS: asked from inside first where that is wanted, else by the provider.
#include <algorithm>
#include <array>

#include "tool_handlers.gen.h"
#include "tools/runbook_steps.h"
#include "tools/vps_change.h"
#include "tools/vps_login.h"
#include "tools/vps_obstacle.h"

namespace tier0::tools {
namespace {

constexpr std::array kRebootable = {VpsState::Running, VpsState::Stopped};
constexpr std::chrono::minutes kGuard{2};
constexpr std::string_view kWord = "restart";

constexpr VpsChange kRestart = {
    .word = kWord, .phrase = "the restart", .reached = [](const Vps& vps, const Json&) {
      return vps.state == VpsState::Running;
    }};

/// An impatient second call is more often a mistake than a wish.
std::optional<Error> too_soon(const std::vector<Action>& actions, WallTime now) {
  const bool recent = std::ranges::any_of(actions, [now](const Action& action) {
    return action.name.find(kWord) != std::string::npos && action.created_at &&
           now - *action.created_at < kGuard;
  });
  if (!recent) return std::nullopt;
  return Error{.code = Code::Conflict,
               .message = "it was restarted less than two minutes ago",
               .hint = "Look at it with get-vps; force restarts it all the same."};
}

Result<Plan> plan(ToolContext& context, const Json& args) {
  const VpsId id{args.at("vps").get<std::string>()};
  T0_TRY(const Vps vps, context.hosting.get_vps(id, context.cancel));
  if (auto problem = obstacle(vps, kRebootable, "rebooted")) return *std::move(problem);
  T0_TRY(const std::vector<Action> actions, context.hosting.recent_actions(id, context.cancel));
  if (auto problem = too_soon(actions, context.clock.wall());
      problem && !args.value("force", false))
    return *std::move(problem);
  const bool running = vps.state == VpsState::Running;
  const bool graceful = running && args.at("mode") == "graceful";
  const bool has_host = context.hosts.host_of(id).has_value();
  Plan plan{
      .summary = "reboot " + vps.hostname,
      .effects = Json::array({running ? "everything on it stops answering until it is up again"
                                      : "it is stopped: the restart starts it"}),
      .targets = Json::array({target_json(vps)}),
      .duration = std::chrono::minutes(2),
      .observed = {{"state", to_string(vps.state)}, {"locked", vps.is_locked}},
      .state = {{"vps", id.value},
                {"hostname", vps.hostname},
                {"way", graceful && has_host ? "graceful" : "hard"}},
      .leases = {"vps:" + id.value}};
  if (graceful && !has_host)
    plan.warnings.push_back("no SSH host is configured for it: the provider restarts it");
  return plan;
}

/// When the machine came up, in its own words; empty where it does not say.
std::string boot_mark(StepContext& step, const HostName& host) {
  const auto file =
      step.tool.ssh.read_file(host, "/proc/sys/kernel/random/boot_id", 64, step.tool.cancel);
  return file ? file->bytes : "";
}

StepResult note_boot(StepContext& step) {
  if (const auto host = step.tool.hosts.host_of(vps_of(step)))
    step.state["boot"] = boot_mark(step, *host);
  return Done{};
}

/// Lost answers are the rule here, because the machine goes away. Whatever does not reboot from
/// inside is restarted by the provider.
StepResult ask_inside(StepContext& step) {
  if (step.state["way"] != "graceful") return Done{};
  const auto host = step.tool.hosts.host_of(vps_of(step));
  if (!host) return Failed{no_host(vps_of(step))};
  const auto ran = step.tool.ssh.run(
      *host, {.argv = {"sudo", "-n", "systemctl", "reboot"}, .total = std::chrono::seconds(20)},
      step.tool.cancel);
  if (ran ? ran->exit_code == 0 : ran.error().maybe_done) return Done{};
  note_warning(step, "it could not be asked from inside (" +
                         (ran ? "exit code " + std::to_string(ran->exit_code)
                              : std::string(to_string(ran.error().code))) +
                         "): the provider restarted it");
  step.state["way"] = "hard";
  return Done{};
}

/// Another boot has begun, or the machine is away: it was asked.
Found find_asking(StepContext& step) {
  const auto host = step.tool.hosts.host_of(vps_of(step));
  if (step.state["way"] != "graceful" || !host) return Absent{};
  const std::string before = string_member(step.state, "boot");
  const auto login = log_in(step.tool, *host);
  if (!login && login.error().code == Code::SshUnreachable) return Done{};
  if (!login) return Unknown{login.error()};
  const std::string now = boot_mark(step, *host);
  if (before.empty() || now.empty())
    return Unknown{{.code = Code::Unknown,
                    .message = "nobody can tell whether it was rebooted",
                    .hint = "Look at its uptime with run-diagnostic."}};
  if (now != before) return Done{};
  return Absent{};
}

StepResult send_restart(StepContext& step) {
  if (step.state["way"] != "hard") return Done{};
  return send_change(step, kRestart, [](StepContext& s) {
    return hosting_of(s).restart_vps(vps_of(s), s.tool.cancel);
  });
}

Found find_restart(StepContext& step) {
  if (step.state["way"] != "hard") return Done{};
  return find_change(step, kRestart);
}

StepResult wait_until_running(StepContext& step) {
  if (step.state["way"] == "hard") return wait_for_change(step, kRestart);
  // A machine that reboots by itself is `running` for the provider all the time.
  const auto host = step.tool.hosts.host_of(vps_of(step));
  const std::string before = string_member(step.state, "boot");
  constexpr int kLooks = 30;
  if (before.empty() || !host) {
    if (step.state.value("looks", 0) < 2) return look_again(step, "looks");
    note_warning(step, "the machine does not say when it booted: only its answer is the proof");
    return Done{};
  }
  const std::string now = boot_mark(step, *host);
  if (!now.empty() && now != before) {
    note_evidence(step, "boot id", "changed");
    return Done{};
  }
  if (step.state.value("looks", 0) < kLooks) return look_again(step, "looks");
  return Unknown{{.code = Code::TimeoutUnknown,
                  .message = "it was asked to reboot, but no new boot shows",
                  .hint = "Look at it with get-vps; mode hard lets the provider restart it.",
                  .maybe_done = true}};
}

StepResult tell(StepContext& step) {
  const auto vps = hosting_of(step).get_vps(vps_of(step), step.tool.cancel);
  const std::string state =
      vps ? std::string(to_string(vps->state)) : std::string(to_string(vps.error().code));
  note_evidence(step, "provider state", state);
  const Json& change = step.state["change"];
  Json data = {{"vps", step.state["vps"]},
               {"hostname", step.state["hostname"]},
               {"state", state},
               {"way", step.state["way"]}};
  if (const Json* action = find_member(change, "action")) data["action"] = *action;
  return report(step, step.state["hostname"].get<std::string>() + " was rebooted", std::move(data));
}

constexpr Step kSteps[] = {{"check-lock", check_lock, only_reads},
                           {"note-boot", note_boot, only_reads},
                           {"ask-inside", ask_inside, find_asking, nothing_stays},
                           {"send-restart", send_restart, find_restart},
                           {"wait-until-running", wait_until_running, only_reads},
                           {"prove-login", prove_login, only_reads},
                           {"report", tell, only_reads}};

}  // namespace

Runbook reboot_vps() {
  return {.version = 1, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
