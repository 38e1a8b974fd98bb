#pragma once

#include <map>
#include <string>
#include <vector>

#include "server/audit/audit_log.h"
#include "server/audit/redact.h"
#include "server/base/cancel.h"
#include "server/base/progress.h"
#include "server/broker/call_meter.h"
#include "server/broker/fleet.h"
#include "server/broker/reply.h"
#include "server/policy/exposure.h"
#include "server/policy/policy_box.h"
#include "server/policy/principal.h"
#include "server/tool/registry.h"

namespace tier0 {

/// One call as it arrives. `arguments` is a stranger's object.
struct CallRequest {
  Principal who;
  std::string tool;
  Json arguments = Json::object();
  std::string transport;  // stdio, http, sse, socket or cli
  const Exposure& exposure;
  Cancel cancel;
  Progress& progress;
};

/// What stands behind the broker; all of it outlives it.
struct Backends {
  Fleet& fleet;
  SshRunner& ssh;
  KeyStore& keys;
  const OwnerRules& owner;
  double pace = 1;  // divides waits between polls
};

/// The only door to a backend. Thread-safe; it holds no lock while a tool runs.
class Broker {
 public:
  Broker(const Registry& registry, const PolicyBox& policy, AuditLog& audit, Backends backends,
         const Clock& clock);

  /// Walks one call to its end: find, may see, validate, resolve, decide, audit begin, run,
  /// project, audit end. Refusals are audited too. Never throws.
  Reply call(const CallRequest& request);

  /// What list shows and call accepts, by name.
  std::vector<const Tool*> visible_to(const Principal& who, const Exposure& exposure) const;

  /// The policy's own number, for caches of what visible_to says.
  std::uint64_t policy_generation() const { return policy_.snapshot()->generation(); }

 private:
  struct Decided {
    const Tool* tool = nullptr;
    Json args;
    Decision decision;
    Limits limits;
  };
  struct Refusal {
    std::variant<Error, UnknownTool> why;
    const Tool* tool = nullptr;
    Decision decision = {};
  };

  std::variant<Decided, Refusal> decide(const CallRequest& request, const Policy& policy);
  Result<Json> resolve(const CallRequest& request, const Policy& policy, const Tool& tool,
                       Json args);
  Result<ToolOutput> perform(const CallRequest& request, const Decided& decided,
                             const CallId& call);
  Result<ToolOutput> run_tool(const CallRequest& request, const Decided& decided);
  Reply record_refusal(const AuditEntry& entry, const Refusal& refusal);
  AuditEntry entry_for(const CallRequest& request, const CallId& call, const Policy& policy) const;

  const Registry& registry_;
  const PolicyBox& policy_;
  AuditLog& audit_;
  const Backends backends_;
  const Clock& clock_;
  CallMeter meter_;
  std::map<std::string, FieldClasses, std::less<>> classes_;  // by tool, made once
};

}  // namespace tier0
