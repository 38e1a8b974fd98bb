#pragma once

#include <string>

#include "server/approval/approval_rules.h"
#include "server/audit/audit_log.h"
#include "server/base/clock.h"
#include "server/policy/principal.h"
#include "server/store/plan_store.h"
#include "server/tool/tool.h"

namespace tier0 {

/// Where a plan stands with the people who have to agree.
struct Standing {
  enum class Is {
    Approved,
    Declined,
    Waiting,
    Expired,
    Outdated,  // approved, but not by whom the policy in force asks
  };
  Is is = Is::Waiting;
  ApprovalRow row;
  int yeses = 0;                   // that count
  bool client_may_answer = false;  // its user counts and has not said anything yet

  /// Nothing that anybody says about the plan counts any more.
  bool is_over() const { return is == Is::Expired || is == Is::Outdated; }
};

/// Puts plans before people and counts what they say. Every vote is in the audit before it counts.
/// Nothing but a stored yes of somebody who counts approves. Thread-safe.
class ApprovalQueue {
 public:
  ApprovalQueue(PlanStore& store, AuditLog& audit, const Clock& clock)
      : store_(store), audit_(audit), clock_(clock) {}

  /// Asks for the plan if nobody did yet, and says where it stands under `rules`.
  Result<Standing> ask(const PlanRow& plan, Effect effect, const ApprovalRules& rules);

  /// The answer of the user of the agent's client. Errors as PlanStore::vote.
  Result<ApprovalRow> client_says(const Principal& agent, const std::string& plan, bool yes);
  /// A person's answer. Kind forbidden for anybody else than a person; else as PlanStore::vote.
  Result<ApprovalRow> person_says(const Principal& person, const std::string& plan, bool yes,
                                  const std::string& transport);

 private:
  Result<ApprovalRow> record(AuditEntry entry, const std::string& plan, const Vote& vote);

  PlanStore& store_;
  AuditLog& audit_;
  const Clock& clock_;
};

}  // namespace tier0
