#include "tools/runbook_steps.h"

#include <algorithm>
#include <array>

namespace tier0::tools {

VpsId vps_of(const StepContext& step) {
  return VpsId{step.state.at("vps").get<std::string>()};
}

HostingApi& hosting_of(const StepContext& step) {
  const std::string wanted = string_member(step.state, "account");
  for (const Account& account : step.tool.accounts)
    if (account.name == wanted) return *account.api;
  return step.tool.hosting;
}

Again look_in(const StepContext& step, std::chrono::seconds wait) {
  const std::chrono::duration<double> scaled(static_cast<double>(wait.count()) / step.tool.pace);
  return Again{step.tool.clock.now() + std::chrono::duration_cast<TimePoint::duration>(scaled)};
}

Again look_again(StepContext& step, const std::string& key) {
  constexpr std::array<int, 5> kSeconds = {2, 3, 5, 8, 10};
  const std::size_t looks = step.state.value(key, std::size_t{0});
  step.state[key] = looks + 1;
  return look_in(step, std::chrono::seconds(kSeconds[std::min(looks, kSeconds.size() - 1)]));
}

long long wall_ms(const StepContext& step) {
  return step.tool.clock.wall().time_since_epoch().count();
}

bool is_passing(const Error& error) {
  switch (error.code) {
    case Code::Upstream:
    case Code::RateLimited:
    case Code::Overloaded:
    case Code::Timeout:
    case Code::TimeoutUnknown:
    case Code::Cancelled:
    case Code::EdgeBlocked:
    case Code::Auth:
    case Code::SecretUnavailable:
      return true;
    default:
      return false;
  }
}

Found looks_first(StepContext&) {
  return Absent{};
}

Done fail_later(StepContext& step, const Error& error) {
  step.state["failure"] = {
      {"code", static_cast<int>(error.code)}, {"message", error.message}, {"hint", error.hint}};
  return Done{};
}

StepResult fail_now(StepContext& step) {
  const Json* failure = find_member(step.state, "failure");
  if (failure == nullptr) return Done{};
  return Failed{{.code = static_cast<Code>(failure->at("code").get<int>()),
                 .message = failure->at("message"),
                 .hint = failure->at("hint")}};
}

void note_evidence(StepContext& step, std::string_view check, std::string_view result) {
  step.state["evidence"].push_back(
      {{"check", check}, {"result", result}, {"at", format_time(step.tool.clock.wall())}});
}

void note_warning(StepContext& step, std::string text) {
  step.state["warnings"].push_back(std::move(text));
}

Done report(StepContext& step, std::string summary, Json data) {
  step.output.summary = std::move(summary);
  step.output.data = std::move(data);
  if (const Json* evidence = find_member(step.state, "evidence")) step.output.evidence = *evidence;
  if (const Json* warnings = find_member(step.state, "warnings"))
    for (const Json& warning : *warnings) step.output.warnings.push_back(warning);
  return Done{};
}

}  // namespace tier0::tools
