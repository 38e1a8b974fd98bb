#include "server/approval/approval_rules.h"

#include <algorithm>
#include <set>

namespace tier0 {
namespace {

constexpr std::string_view kClient = "client";

/// What a voter is called in the list of approvers.
std::string approver_of(const Vote& vote) {
  return vote.person.starts_with("client:") ? std::string(kClient) : vote.person;
}

}  // namespace

ApprovalRules ApprovalRules::of(Verdict verdict, const AgentProfile* profile) {
  if (profile == nullptr) return {};
  ApprovalRules rules{.approvers = profile->approvals.approvers,
                      .quorum = profile->approvals.quorum,
                      .expires = profile->approvals.expires};
  if (verdict != Verdict::Ask) std::erase(rules.approvers, kClient);
  return rules;
}

bool ApprovalRules::client_counts() const {
  return std::ranges::find(approvers, kClient) != approvers.end();
}

int ApprovalRules::yeses(const ApprovalRow& row) const {
  std::set<std::string> said_yes;
  for (const Vote& vote : row.votes)
    if (vote.yes && std::ranges::find(approvers, approver_of(vote)) != approvers.end())
      said_yes.insert(approver_of(vote));
  return static_cast<int>(said_yes.size());
}

}  // namespace tier0
