#include <catch2/catch.hpp>

#include "server/approval/approval_rules.h"

using namespace tier0;

namespace {

AgentProfile approved_by(std::vector<std::string> approvers) {
  return {
      .agent = {"a"}, .file = "agents/a.yaml", .approvals = {.approvers = std::move(approvers)}};
}

struct Said {
  std::string person;
  bool yes = true;
};

ApprovalRow voted(const std::vector<Said>& said) {
  ApprovalRow row;
  for (const Said& one : said) row.votes.push_back({one.person, one.yes, "queue", {}});
  return row;
}

}  // namespace

TEST_CASE("only an ask lets the client's user count", "[approval][rules]") {
  const AgentProfile profile = approved_by({"ops", "client"});

  CHECK(ApprovalRules::of(Verdict::Ask, &profile).client_counts());
  CHECK(!ApprovalRules::of(Verdict::OutOfBand, &profile).client_counts());
  CHECK(ApprovalRules::of(Verdict::OutOfBand, &profile).approvers ==
        std::vector<std::string>{"ops"});
}

TEST_CASE("without a profile nobody can approve", "[approval][rules]") {
  const ApprovalRules rules = ApprovalRules::of(Verdict::Ask, nullptr);

  CHECK(rules.approvers.empty());
  CHECK(rules.yeses(voted({{"owner"}})) == 0);
}

TEST_CASE("yeses count once a person, and only of those who are named now", "[approval][rules]") {
  const AgentProfile profile = approved_by({"ops", "client"});
  const ApprovalRules rules = ApprovalRules::of(Verdict::Ask, &profile);

  CHECK(rules.yeses(voted({{"ops"}, {"ops"}})) == 1);
  CHECK(rules.yeses(voted({{"former"}})) == 0);
  CHECK(rules.yeses(voted({{"ops", false}})) == 0);
  CHECK(rules.yeses(voted({{"client:a"}})) == 1);
}

TEST_CASE("clients are one approver, however many of them say yes", "[approval][rules]") {
  const AgentProfile profile = approved_by({"ops", "client"});
  const ApprovalRules rules = ApprovalRules::of(Verdict::Ask, &profile);

  CHECK(rules.yeses(voted({{"client:a"}, {"client:b"}})) == 1);
}
