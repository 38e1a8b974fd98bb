#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "server/policy/decision.h"
#include "server/policy/profile.h"
#include "server/store/plan_store.h"

namespace tier0 {

/// Who has to say yes to a call, as the policy in force says.
struct ApprovalRules {
  std::vector<std::string> approvers;  // without `client` where only other ways count
  int quorum = 1;
  std::chrono::seconds expires = std::chrono::minutes(15);

  /// `profile` may be null: then nobody can approve.
  static ApprovalRules of(Verdict verdict, const AgentProfile* profile);

  /// Whether the user of the agent's client is one of them.
  bool client_counts() const;
  /// How many of the row's yeses count under these rules.
  int yeses(const ApprovalRow& row) const;
};

}  // namespace tier0
