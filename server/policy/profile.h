#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/base/ids.h"
#include "server/policy/command_pattern.h"
#include "server/policy/decision.h"
#include "server/tool/tool.h"

namespace tier0 {

/// Dimension (vps, tenant, domain, account) to ids. A missing dimension means all.
using TargetSets = std::map<std::string, std::set<std::string>, std::less<>>;

/// One line of permission. It matches a call if tool, effect, backend and every target match.
struct Grant {
  std::string rule;                // "agents/executor-codex.yaml grant 2"
  std::string place;               // file:line:column
  std::vector<std::string> tools;  // names, or patterns with *
  std::vector<std::string> except;
  std::map<Effect, Verdict> effects;
  std::optional<std::set<Backend>> backends = {};  // none: all
  TargetSets on = {};                              // hosts are already provider ids
  std::optional<std::vector<CommandPattern>> commands = {};
  std::vector<std::string> operations = {};  // vendor operations: exact ids, or "*"
};

struct Limits {
  std::optional<int> calls_per_minute = {};
  std::optional<int> concurrent_calls = {};
  /// Currency to cents a calendar month. A currency that is not listed may not be spent.
  std::map<std::string, std::int64_t, std::less<>> spend_per_month = {};
  std::optional<int> vps_per_hour = {};  // how many VPSs a mutation may touch
};

struct Approvals {
  std::vector<std::string> approvers = {};  // people, and `client` for the user of the client
  int quorum = 1;
  std::chrono::seconds expires = std::chrono::minutes(15);
};

/// How an agent proves who it is; exactly one of the two is set.
struct Identity {
  std::string token_sha256 = {};  // 64 lower-case hex digits
  std::string unix_user = {};
};

struct AgentProfile {
  AgentId agent;
  std::string file;  // "agents/executor-codex.yaml"
  std::vector<Identity> identity = {};
  std::vector<Grant> grants = {};
  Limits limits = {};
  Approvals approvals = {};
};

}  // namespace tier0
