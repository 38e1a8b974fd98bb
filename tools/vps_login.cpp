#include "tools/vps_login.h"

#include "tools/runbook_steps.h"

namespace tier0::tools {

Result<CommandOutput> log_in(ToolContext& context, const HostName& host, KeyUse key) {
  constexpr std::chrono::seconds kOneTry{10};
  return context.ssh.run(
      host,
      {.argv = {"true"}, .total = kOneTry, .connection = Command::Connection::New, .key = key},
      context.cancel);
}

bool may_be_booting(const Error& error) {
  return error.code == Code::SshUnreachable || error.code == Code::Timeout ||
         error.code == Code::TimeoutUnknown;
}

StepResult prove_login(StepContext& step) {
  const auto host = step.tool.hosts.host_of(vps_of(step));
  if (!host) {
    note_warning(step, "no SSH host is configured for it: the provider's word is the proof");
    note_evidence(step, "ssh login", to_string(Code::NotConfigured));
    step.state["login"] = to_string(Code::NotConfigured);
    return Done{};
  }
  const auto login = log_in(step.tool, *host);
  constexpr int kTries = 12;
  const int tries = step.state.value("logins", 0);
  if (!login && may_be_booting(login.error()) && tries < kTries) {
    step.state["logins"] = tries + 1;
    return look_in(step, std::chrono::seconds(5));
  }
  const std::string result = login ? "ok" : std::string(to_string(login.error().code));
  note_evidence(step, "ssh login", result);
  step.state["login"] = result;
  if (!login && login.error().code != Code::NotPermitted)
    note_warning(step, "it runs, but the login failed: " + login.error().message);
  return Done{};
}

Error no_host(const VpsId& vps) {
  return {.code = Code::NotConfigured,
          .message = "no SSH host is configured for VPS " + vps.value,
          .hint = "The owner adds it under ssh.hosts in tier0.yaml."};
}

}  // namespace tier0::tools
