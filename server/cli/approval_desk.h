#pragma once

#include <sys/types.h>

#include <string>

#include "server/audit/audit_log.h"
#include "server/base/clock.h"
#include "server/policy/policy.h"
#include "server/store/plan_store.h"

namespace tier0::cli {

/// The queue of approvals for the person behind a user id. Who that is comes from the kernel (the
/// peer of the socket, or this process), never from what is said; a user that is also an agent is
/// nobody here.
class ApprovalDesk {
 public:
  ApprovalDesk(PlanStore& store, AuditLog& audit, const Clock& clock)
      : store_(store), audit_(audit), clock_(clock) {}

  /// {op: "approvals-list"} | {op: "approvals-show", plan} | {op: "approvals-vote", plan, approve}.
  /// The answer is {ok: true, items} or {ok: true, approval}, or an error as to_json writes it.
  Json answer(const Json& request, const Policy& policy, uid_t user, const std::string& transport);

 private:
  Result<Json> list();
  Result<Json> show(const std::string& plan);
  Result<Json> vote(const Json& request, const Principal& person, const std::string& transport);

  PlanStore& store_;
  AuditLog& audit_;
  const Clock& clock_;
};

/// Who that is. Kinds auth (nobody) and forbidden (a user that is also an agent).
Result<Principal> person_at_desk(const Policy& policy, uid_t user);

/// Whether a request of the administration is one for the desk.
bool is_for_approval_desk(const Json& request);

}  // namespace tier0::cli
