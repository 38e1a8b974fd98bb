#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/backend/hosting_api.h"
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

/// All that a tool may touch. Lives for one call.
struct ToolContext {
  std::span<const Account> accounts;  // never empty
  HostingApi& hosting;                // of the account that owns the call's target, else the first
  SshRunner& ssh;                     // answers not_permitted where the grants give no SSH
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
};

}  // namespace tier0
