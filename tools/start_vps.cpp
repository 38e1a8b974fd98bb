// Starts a stopped VPS and proves that it runs.
#include <algorithm>
#include <array>

#include "tool_handlers.gen.h"
#include "tools/vps_json.h"

namespace tier0::tools {
namespace {

VpsId target(const StepContext& step) {
  return VpsId{step.args.at("vps").get<std::string>()};
}

Error wrong_state(const Vps& vps, std::string hint) {
  return {.code = Code::WrongState,
          .message =
              vps.hostname + " is " + std::string(to_string(vps.state)) + " and cannot be started",
          .hint = std::move(hint)};
}

std::optional<Error> obstacle(const Vps& vps) {
  if (vps.is_locked || is_changing(vps.state))
    return Error{.code = Code::Locked,
                 .message = "an action runs on " + vps.hostname + " (" +
                            std::string(to_string(vps.state)) + ")",
                 .hint = "Wait until get-vps shows it unlocked."};
  switch (vps.state) {
    case VpsState::Running:
    case VpsState::Stopped:
      return std::nullopt;
    case VpsState::Initial:
      return wrong_state(vps, "It was bought but has no system yet: set it up first.");
    case VpsState::Suspended:
      return wrong_state(vps, "Tell the owner: billing or abuse stopped it.");
    case VpsState::Recovery:
      return wrong_state(vps, "End the recovery mode first.");
    default:
      return wrong_state(vps, "Tell the owner.");
  }
}

Result<Plan> plan(ToolContext& context, const Json& args) {
  const VpsId id{args.at("vps").get<std::string>()};
  T0_TRY(const Vps vps, context.hosting.get_vps(id, context.cancel));
  if (auto problem = obstacle(vps)) return *std::move(problem);
  const bool running = vps.state == VpsState::Running;
  constexpr std::chrono::seconds kUsual{90};
  return Plan{
      .summary = running ? vps.hostname + " runs already" : "start " + vps.hostname,
      .effects = running ? Json::array() : Json::array({"the VPS boots; its services start"}),
      .targets = Json::array({{{"kind", "vps"}, {"id", id.value}, {"name", vps.hostname}}}),
      .duration = running ? std::chrono::seconds(0) : kUsual,
      .rollback = running ? "" : "stop-vps",
      .observed = {{"state", to_string(vps.state)}, {"locked", vps.is_locked}},
      .state = {{"vps", id.value}, {"hostname", vps.hostname}, {"state", to_string(vps.state)}},
      .nothing_to_do = running,
      .leases = {"vps:" + id.value}};
}

StepResult send_start(StepContext& step) {
  auto accepted = step.tool.hosting.start_vps(target(step), step.tool.cancel);
  if (!accepted) {
    if (accepted.error().maybe_done) return Unknown{std::move(accepted).error()};
    return Failed{std::move(accepted).error()};
  }
  if (accepted->action) step.state["action"] = accepted->action->id.value;
  return Done{};
}

/// The next poll: soon at first, then every ten seconds.
Again later(StepContext& step) {
  constexpr std::array<int, 5> kSeconds = {2, 3, 5, 8, 10};
  const std::size_t polls = step.state.value("polls", std::size_t{0});
  step.state["polls"] = polls + 1;
  const std::chrono::duration<double> wait(kSeconds[std::min(polls, kSeconds.size() - 1)] /
                                           step.tool.pace);
  return Again{step.tool.clock.now() + std::chrono::duration_cast<TimePoint::duration>(wait)};
}

/// A read that failed in the middle of waiting says nothing about the start.
StepResult unreadable(StepContext& step, const Error& error) {
  switch (error.code) {
    case Code::Upstream:
    case Code::RateLimited:
    case Code::Timeout:
    case Code::Cancelled:
      return later(step);
    default:
      break;
  }
  Error unknown = error;
  unknown.message = "the start was accepted, but its outcome cannot be read: " + error.message;
  return Unknown{std::move(unknown)};
}

StepResult wait_until_running(StepContext& step) {
  if (step.state.contains("action") && !step.state.contains("action_done")) {
    const ActionId action{step.state["action"].get<std::string>()};
    const auto read = step.tool.hosting.get_action(target(step), action, step.tool.cancel);
    if (!read) return unreadable(step, read.error());
    if (read->state == ActionState::Error)
      return Failed{{.code = Code::Upstream,
                     .message = "the provider's action " + action.value + " ended in error",
                     .hint = "Read the state with get-vps; the provider gives no reason."}};
    if (!is_final(read->state)) return later(step);
    step.state["action_done"] = true;
  }
  const auto vps = step.tool.hosting.get_vps(target(step), step.tool.cancel);
  if (!vps) return unreadable(step, vps.error());
  if (vps->state != VpsState::Running || vps->is_locked) return later(step);
  step.state["state"] = to_string(vps->state);
  step.output.evidence.push_back({{"check", "provider state"},
                                  {"result", "running"},
                                  {"at", format_time(step.tool.clock.wall())}});
  return Done{};
}

StepResult prove_login(StepContext& step) {
  step.output.summary = step.state["hostname"].get<std::string>() + " runs";
  step.output.data = step.state;
  const auto host = step.tool.hosts.host_of(target(step));
  if (!host) {
    step.output.warnings.emplace_back(
        "no SSH host is configured for it: the provider's word is the proof");
    step.output.evidence.push_back(
        {{"check", "ssh login"}, {"result", to_string(Code::NotConfigured)}});
    return Done{};
  }
  constexpr std::chrono::seconds kOneTry{10};
  const auto login =
      step.tool.ssh.run(*host, {.argv = {"true"}, .total = kOneTry}, step.tool.cancel);
  constexpr int kTries = 12;
  const int tries = step.state.value("logins", 0);
  const bool booting =
      !login && (login.error().code == Code::SshUnreachable || login.error().code == Code::Timeout);
  if (booting && tries < kTries) {
    step.state["logins"] = tries + 1;
    const std::chrono::duration<double> wait(5 / step.tool.pace);
    return Again{step.tool.clock.now() + std::chrono::duration_cast<TimePoint::duration>(wait)};
  }
  const std::string result = login ? "ok" : std::string(to_string(login.error().code));
  step.output.evidence.push_back(
      {{"check", "ssh login"}, {"result", result}, {"at", format_time(step.tool.clock.wall())}});
  if (!login && login.error().code != Code::NotPermitted)
    step.output.warnings.push_back("it runs, but the login failed: " + login.error().message);
  return Done{};
}

/// Starting what runs does nothing, so a start that cannot be seen may be sent once more.
Found find_start(StepContext& step) {
  const auto vps = step.tool.hosting.get_vps(target(step), step.tool.cancel);
  if (!vps) return Unknown{vps.error()};
  if (vps->state == VpsState::Running || vps->state == VpsState::Starting) return Done{};
  if (vps->is_locked) return later(step);
  return Absent{};
}

constexpr Step kSteps[] = {{"send-start", send_start, find_start, nothing_stays},
                           {"wait-until-running", wait_until_running, only_reads},
                           {"prove-login", prove_login, only_reads}};

}  // namespace

Runbook start_vps() {
  return {.version = 1, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
