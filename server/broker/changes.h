#pragma once

#include "server/approval/approval_queue.h"
#include "server/approval/plans.h"
#include "server/broker/gate.h"
#include "server/broker/workbench.h"
#include "server/operation/operations.h"

namespace tier0 {

/// The second half of a call that may change something: plan it, ask for it, begin it. What is
/// begun is exactly what was planned, and nothing is begun twice. Thread-safe.
class Changes {
 public:
  Changes(const Workbench& workbench, Plans& plans, ApprovalQueue& approvals,
          Operations& operations, OperationStore& store, const Clock& clock)
      : workbench_(workbench),
        plans_(plans),
        approvals_(approvals),
        operations_(operations),
        store_(store),
        clock_(clock) {}

  /// The ticket is taken over by the operation where one is begun.
  Reply run(const CallRequest& request, const Admitted& call, const CallId& id,
            const Cancel& cancel, AuditTicket& ticket);

 private:
  /// A plan and where it stands with the people who have to agree.
  struct Asked {
    PlanRow plan;
    Standing standing;
    std::string note = {};  // why it is not the plan of before; may be empty
  };

  /// What is begun.
  struct Beginning {
    const CallId& id;
    const Plan& plan;
    const std::string& plan_id;
    TimePoint planned;  // when its reading began
  };

  Result<Reply> attempt(const CallRequest& request, const Admitted& call, const CallId& id,
                        const Cancel& cancel, AuditTicket& ticket);
  Result<std::optional<Reply>> repeat(const CallRequest& request, const Admitted& call);
  Result<Plan> make_plan(const CallRequest& request, const Admitted& call, const Cancel& cancel);
  Result<PlanRow> store_plan(const CallRequest& request, const Admitted& call, const Plan& plan);
  Result<Asked> ask(const CallRequest& request, const Admitted& call, const Plan& plan);
  /// Nothing where people agreed; else what the call answers.
  Result<std::optional<Reply>> settle(const CallRequest& request, const Admitted& call,
                                      const Asked& asked);
  Result<Reply> begin(const CallRequest& request, const Admitted& call, const Beginning& beginning,
                      AuditTicket& ticket);

  const Workbench& workbench_;
  Plans& plans_;
  ApprovalQueue& approvals_;
  Operations& operations_;
  OperationStore& store_;
  const Clock& clock_;
};

}  // namespace tier0
