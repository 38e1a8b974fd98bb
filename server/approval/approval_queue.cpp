#include "server/approval/approval_queue.h"

#include <algorithm>

#include "server/approval/approval_text.h"
#include "server/crypto/crypto.h"

namespace tier0 {
namespace {

std::string client_of(const std::string& principal) {
  constexpr std::string_view kAgent = "agent:";
  return "client:" + (principal.starts_with(kAgent) ? principal.substr(kAgent.size()) : principal);
}

Standing standing_of(ApprovalRow row, const ApprovalRules& rules, WallTime now) {
  Standing standing{.row = std::move(row)};
  const ApprovalRow& asked = standing.row;
  standing.yeses = rules.yeses(asked);
  const auto answered = [&asked](const Vote& vote) {
    return vote.person == client_of(asked.principal);
  };
  standing.client_may_answer = rules.client_counts() && std::ranges::none_of(asked.votes, answered);
  if (asked.status == ApprovalRow::Status::Denied)
    standing.is = Standing::Is::Declined;
  else if (asked.status == ApprovalRow::Status::Approved && standing.yeses >= rules.quorum)
    standing.is = Standing::Is::Approved;
  else if (asked.status == ApprovalRow::Status::Approved)
    standing.is = Standing::Is::Outdated;
  else if (now >= asked.expires)
    standing.is = Standing::Is::Expired;
  return standing;
}

}  // namespace

Result<Standing> ApprovalQueue::ask(const PlanRow& plan, Effect effect,
                                    const ApprovalRules& rules) {
  const WallTime now = clock_.wall();
  const ApprovalRow wanted{.plan = plan.id,
                           .principal = plan.principal,
                           .tool = plan.tool,
                           .text = approval_text(plan, effect),
                           .approvers = rules.approvers,
                           .quorum = rules.quorum,
                           .asked = now,
                           .expires = std::min(plan.expires, now + rules.expires)};
  T0_TRY(ApprovalRow row, store_.ask(wanted));
  return standing_of(std::move(row), rules, now);
}

Result<ApprovalRow> ApprovalQueue::client_says(const Principal& agent, const std::string& plan,
                                               bool yes) {
  const Vote vote{
      .person = client_of(agent.name()), .yes = yes, .via = "client", .at = clock_.wall()};
  return record({.call = {}, .principal = vote.person, .agent = agent.id, .transport = "client"},
                plan, vote);
}

Result<ApprovalRow> ApprovalQueue::person_says(const Principal& person, const std::string& plan,
                                               bool yes, const std::string& transport) {
  if (person.kind != Principal::Kind::Person)
    return Error{.code = Code::Forbidden,
                 .message = person.name() + " is no person",
                 .hint = "An approval is a person's: run it as one of `people`."};
  const Vote vote{.person = person.id, .yes = yes, .via = "queue", .at = clock_.wall()};
  return record({.call = {}, .principal = person.name(), .transport = transport}, plan, vote);
}

Result<ApprovalRow> ApprovalQueue::record(AuditEntry entry, const std::string& plan,
                                          const Vote& vote) {
  entry.call = CallId{crypto::random_id()};
  entry.time = vote.at;
  entry.tool = "approvals";
  entry.effect = to_string(Effect::Write);
  entry.arguments = {{"plan", plan}, {"answer", vote.yes ? "approve" : "deny"}};
  entry.plan_id = plan;
  T0_TRY(AuditTicket ticket, audit_.begin(entry));
  auto row = store_.vote(plan, vote);
  AuditOutcome outcome{.changed = row.has_value(), .plan_id = plan};
  if (!row) {
    outcome.failure = row.error().code;
    outcome.summary = row.error().message;
  } else {
    outcome.summary = vote.yes ? "approved by " + vote.person : "denied by " + vote.person;
  }
  audit_.finish(std::move(ticket), outcome);
  return row;
}

}  // namespace tier0
