#pragma once

#include <map>
#include <string>
#include <vector>

#include "server/approval/approval_queue.h"
#include "server/approval/plans.h"
#include "server/audit/audit_log.h"
#include "server/audit/redact.h"
#include "server/broker/call_meter.h"
#include "server/broker/changes.h"
#include "server/broker/gate.h"
#include "server/broker/reply.h"
#include "server/broker/workbench.h"
#include "server/policy/policy_box.h"
#include "server/store/store.h"

namespace tier0 {

/// Where calls are carried out; all of it outlives the broker.
struct BrokerWorld {
  const Workbench& workbench;
  Operations& operations;
  Store& store;
};

/// The only door to a backend. Thread-safe; it holds no lock while a tool runs, and waits neither
/// for a person nor for an operation.
class Broker {
 public:
  Broker(const Registry& registry, const PolicyBox& policy, AuditLog& audit, BrokerWorld world,
         const Clock& clock);

  /// Walks one call as far as it can go now: admit, audit begin, read or change, audit end.
  /// Refusals are audited too. Never throws.
  Reply call(const CallRequest& request);

  /// A plan of the caller's own as its first call answered, with the operation that applied it.
  /// Says nothing that the caller was not told before, so it is no call and not audited.
  Reply plan(const Principal& who, const std::string& id);

  /// What list shows and call accepts, by name.
  std::vector<const Tool*> visible_to(const Principal& who, const Exposure& exposure) const;

  /// The policy's own number, for caches of what visible_to says.
  std::uint64_t policy_generation() const { return policy_.snapshot()->generation(); }

 private:
  Reply perform(const CallRequest& request, const Admitted& admitted, const CallId& call,
                AuditTicket& ticket);
  Result<ToolOutput> read(const CallRequest& request, const Admitted& admitted);
  Reply follow(const CallRequest& request, const CallId& call, const std::string& operation);
  Reply record_refusal(const AuditEntry& entry, const Refusal& refusal);
  AuditEntry entry_for(const CallRequest& request, const CallId& call, const Policy& policy) const;

  const Registry& registry_;
  const PolicyBox& policy_;
  AuditLog& audit_;
  const Workbench& workbench_;
  OperationStore& operations_;
  const Clock& clock_;
  CallMeter meter_;
  Plans plans_;
  ApprovalQueue approvals_;
  Gate gate_;
  Changes changes_;
  std::map<std::string, FieldClasses, std::less<>> classes_;  // by tool, made once
};

}  // namespace tier0
