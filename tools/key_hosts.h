#pragma once

#include <span>
#include <string>
#include <vector>

#include "server/tool/runbook.h"

namespace tier0::tools {

struct KeyHost {
  VpsId vps;
  HostName host;
  bool is_off = false;  // stopped or suspended: nobody can log in
};

/// The hosts whose keys are meant: those of the argument `vps`, else of every VPS that the caller
/// may see. Kind not_configured for one without a host, and where there is none at all.
Result<std::vector<KeyHost>> key_hosts(ToolContext& context, const Json& args);
/// Every VPS with a configured host, whoever asks.
Result<std::vector<KeyHost>> all_key_hosts(ToolContext& context);

/// For the state: [{vps, host}], where `edit_hosts` and `prove_hosts` note what became of each.
Json hosts_json(std::span<const KeyHost> hosts);
std::vector<std::string> host_leases(const std::vector<KeyHost>& hosts);

/// Which key opens this host until the new one is committed: "key" of its entry.
KeyUse key_before(const Json& host);

/// One change of authorized_keys on all hosts of the state.
struct HostEdit {
  const char* phase;  // the member of each host's entry: "ok" or a kind
  /// The file as it should be, from the file as it is.
  Result<std::string> (*wanted)(StepContext& step, const std::string& bytes);
  KeyUse (*key)(const Json& host) = [](const Json&) { return KeyUse::Current; };
};
/// One host a call, Again until all are done. What it wants is a state of a file, which is read
/// before each write and written only over what was read: it may be run again at any time.
StepResult edit_hosts(StepContext& step, const HostEdit& edit);

/// A fresh login with that key on each host whose `after` is "ok"; the same notes.
StepResult prove_hosts(StepContext& step, KeyUse key, const char* phase, const char* after);

/// "web-1: ssh_unreachable, web-2: ssh_auth"; empty where the phase is "ok" everywhere.
std::string failures_in(const Json& hosts, const char* phase);

}  // namespace tier0::tools
