#include "tools/key_hosts.h"

#include <algorithm>

#include "tools/authorized_keys_file.h"
#include "tools/runbook_steps.h"
#include "tools/vps_login.h"

namespace tier0::tools {
namespace {

constexpr int kTries = 4;

/// Whether another try may help: the host is away, another program wrote, or nobody answered.
bool may_pass(const Error& error) {
  return error.code == Code::SshUnreachable || error.code == Code::Conflict || is_passing(error) ||
         error.maybe_done;
}

Json* next_host(StepContext& step, const char* phase, const char* after) {
  for (Json& host : step.state["hosts"])
    if (!host.contains(phase) && (after == nullptr || host[after] == "ok")) return &host;
  return nullptr;
}

/// Notes the failure, or asks for another try.
Again failed_once(StepContext& step, Json& host, const char* phase, const Error& error) {
  const std::string tries = std::string(phase) + "_tries";
  const int tried = host.value(tries, 0);
  if (may_pass(error) && tried < kTries) {
    host[tries] = tried + 1;
    return look_in(step, std::chrono::seconds(2));
  }
  host[phase] = to_string(error.code);
  return look_in(step, std::chrono::seconds(0));
}

/// True where the file is as wanted.
Result<bool> edit_once(StepContext& step, const Json& entry, const HostEdit& edit) {
  const HostName host{entry["host"].get<std::string>()};
  T0_TRY(const KeysFile file, read_keys_file(step.tool, host, edit.key(entry)));
  T0_TRY(const std::string wanted, edit.wanted(step, file.bytes));
  if (wanted == file.bytes) return true;
  if (key_lines(wanted).empty())
    return Error{.code = Code::WrongState,
                 .message = "no key would be left on " + host.value,
                 .hint = "Nobody could log in any more."};
  T0_CHECK(write_keys_file(step.tool, file, wanted));
  return false;  // and read back
}

Result<std::vector<KeyHost>> named_hosts(ToolContext& context, const std::vector<KeyHost>& all,
                                         const Json& ids) {
  std::vector<KeyHost> hosts;
  for (const Json& id : ids) {
    const VpsId vps{id.get<std::string>()};
    const auto host = context.hosts.host_of(vps);
    if (!host) return no_host(vps);
    const auto is_it = [&vps](const KeyHost& one) { return one.vps == vps; };
    if (std::ranges::any_of(hosts, is_it)) continue;
    const auto known = std::ranges::find_if(all, is_it);
    hosts.push_back(known != all.end() ? *known : KeyHost{.vps = vps, .host = *host});
  }
  return hosts;
}

}  // namespace

KeyUse key_before(const Json& host) {
  return string_member(host, "key") == "previous" ? KeyUse::Previous : KeyUse::Current;
}

Result<std::vector<KeyHost>> all_key_hosts(ToolContext& context) {
  std::vector<KeyHost> hosts;
  for (const Account& account : context.accounts) {
    T0_TRY(const std::vector<Vps> machines, account.api->list_vps(context.cancel));
    for (const Vps& vps : machines)
      if (const auto host = context.hosts.host_of(vps.id))
        hosts.push_back(
            {.vps = vps.id,
             .host = *host,
             .is_off = vps.state == VpsState::Stopped || vps.state == VpsState::Suspended});
  }
  return hosts;
}

Result<std::vector<KeyHost>> key_hosts(ToolContext& context, const Json& args) {
  T0_TRY(std::vector<KeyHost> hosts, all_key_hosts(context));
  if (args.contains("vps")) return named_hosts(context, hosts, args["vps"]);
  std::erase_if(hosts, [&context](const KeyHost& one) {
    return !context.scope.covers("vps", one.vps.value);
  });
  if (hosts.empty())
    return Error{.code = Code::NotConfigured,
                 .message = "no VPS has a configured SSH host",
                 .hint = "The owner adds them under ssh.hosts in tier0.yaml."};
  return hosts;
}

Json hosts_json(std::span<const KeyHost> hosts) {
  Json json = Json::array();
  for (const KeyHost& one : hosts)
    json.push_back({{"vps", one.vps.value}, {"host", one.host.value}});
  return json;
}

std::vector<std::string> host_leases(const std::vector<KeyHost>& hosts) {
  std::vector<std::string> leases;
  for (const KeyHost& one : hosts) leases.push_back("vps:" + one.vps.value);
  return leases;
}

StepResult edit_hosts(StepContext& step, const HostEdit& edit) {
  Json* const host = next_host(step, edit.phase, nullptr);
  if (host == nullptr) return Done{};
  const auto edited = edit_once(step, *host, edit);
  if (!edited) return failed_once(step, *host, edit.phase, edited.error());
  if (*edited) (*host)[edit.phase] = "ok";
  const std::string rounds = std::string(edit.phase) + "_rounds";
  (*host)[rounds] = host->value(rounds, 0) + 1;
  if (!*edited && (*host)[rounds] > kTries) (*host)[edit.phase] = to_string(Code::Conflict);
  return look_in(step, std::chrono::seconds(0));
}

StepResult prove_hosts(StepContext& step, KeyUse key, const char* phase, const char* after) {
  Json* const host = next_host(step, phase, after);
  if (host == nullptr) return Done{};
  const HostName name{(*host)["host"].get<std::string>()};
  const auto login = log_in(step.tool, name, key);
  if (!login) return failed_once(step, *host, phase, login.error());
  (*host)[phase] = "ok";
  return look_in(step, std::chrono::seconds(0));
}

std::string failures_in(const Json& hosts, const char* phase) {
  std::string text;
  for (const Json& host : hosts) {
    const std::string what = string_member(host, phase, "not tried");
    if (what == "ok") continue;
    text += (text.empty() ? "" : ", ") + host["host"].get<std::string>() + ": " + what;
  }
  return text;
}

}  // namespace tier0::tools
