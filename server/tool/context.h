#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/backend/hosting_api.h"
#include "server/backend/key_store.h"
#include "server/backend/ssh_runner.h"
#include "server/base/cancel.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/progress.h"

namespace tier0 {

/// One login at the provider.
struct Account {
  std::string name;
  HostingApi* api = nullptr;
};

/// Which things this caller's grants cover, for reads that list several.
class TargetScope {
 public:
  virtual ~TargetScope() = default;
  virtual bool covers(std::string_view dimension, const std::string& id) const = 0;
};

/// Which VPSs have a configured SSH host, both ways.
class HostMap {
 public:
  virtual ~HostMap() = default;
  virtual std::optional<HostName> host_of(const VpsId& vps) const = 0;
};

/// One accepting rule of a firewall profile; `from` is any, operator, or a CIDR.
struct ProfileRule {
  std::string protocol;
  std::string port;
  std::string from;
};

/// What the owner configured that runbooks must respect.
struct OwnerRules {
  std::vector<std::string> operator_cidrs = {};  // never locked out by a firewall change
  std::vector<std::string> egress = {};          // where this server's own connections come from
  std::map<std::string, std::vector<ProfileRule>, std::less<>> firewall_profiles = {};
};

/// All that a tool may touch. Lives for one call, or for one run of an operation's steps.
struct ToolContext {
  std::span<const Account> accounts;  // never empty
  HostingApi& hosting;                // of the account that owns the call's target, else the first
  SshRunner& ssh;                     // answers not_permitted where the grants give no SSH
  KeyStore& keys;                     // answers not_configured where keys cannot be written
  const OwnerRules& owner;
  const HostMap& hosts;
  const TargetScope& scope;
  const Clock& clock;
  const Cancel& cancel;
  Progress& progress;
  bool dry_run = false;
  double pace = 1;  // divides the waits between polls: the sandbox's time scale
};

/// What a tool answers. The broker turns it into the common result object of schemas/result.json.
struct ToolOutput {
  std::string summary = {};  // one sentence
  Json data = Json::object();
  std::optional<bool> changed = false;  // empty: not known
  std::vector<std::string> warnings = {};
  Json next = Json::array();      // [{tool, arguments, why}]
  Json evidence = Json::array();  // [{check, result, at}]
  std::string waits_for = {};     // of a read: an operation, whose end is the answer instead
};

}  // namespace tier0
