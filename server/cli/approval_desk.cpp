#include "server/cli/approval_desk.h"

#include "server/approval/approval_queue.h"
#include "server/state/hello.h"

namespace tier0::cli {
namespace {

constexpr std::size_t kApprovalsListed = 200;

std::string status_word(const ApprovalRow& row, WallTime now) {
  switch (row.status) {
    case ApprovalRow::Status::Approved:
      return "approved";
    case ApprovalRow::Status::Denied:
      return "denied";
    case ApprovalRow::Status::Pending:
      break;
  }
  return now < row.expires ? "pending" : "expired";
}

Json json_of(const ApprovalRow& row, WallTime now) {
  Json votes = Json::array();
  for (const Vote& vote : row.votes)
    votes.push_back({{"person", vote.person},
                     {"answer", vote.yes ? "approve" : "deny"},
                     {"via", vote.via},
                     {"at", format_time(vote.at)}});
  return {{"plan_id", row.plan},
          {"principal", row.principal},
          {"tool", row.tool},
          {"status", status_word(row, now)},
          {"approvers", row.approvers},
          {"quorum", row.quorum},
          {"asked", format_time(row.asked)},
          {"expires", format_time(row.expires)},
          {"votes", std::move(votes)}};
}

}  // namespace

Result<Principal> person_at_desk(const Policy& policy, uid_t user) {
  T0_TRY(Principal person, policy.directory().person_of(user));
  if (policy.directory().is_agent(user))
    return Error{.code = Code::Forbidden,
                 .message = "this user is an agent's, and agents approve nothing",
                 .hint = "Give people and agents users of their own; tier0 doctor names this one."};
  return person;
}

bool is_for_approval_desk(const Json& request) {
  return string_member(request, "op").starts_with("approvals-");
}

Json ApprovalDesk::answer(const Json& request, const Policy& policy, uid_t user,
                          const std::string& transport) {
  const auto person = person_at_desk(policy, user);
  if (!person) return to_json(person.error());
  const std::string what = string_member(request, "op");
  Result<Json> answer = Error{.code = Code::Validation, .message = "there is no '" + what + "'"};
  if (what == "approvals-list") answer = list();
  if (what == "approvals-show") answer = show(string_member(request, "plan"));
  if (what == "approvals-vote") answer = vote(request, *person, transport);
  if (!answer) return to_json(answer.error());
  return *std::move(answer);
}

Result<Json> ApprovalDesk::list() {
  const WallTime now = clock_.wall();
  T0_TRY(const std::vector<ApprovalRow> rows, store_.approvals(kApprovalsListed, now));
  Json items = Json::array();
  for (const ApprovalRow& row : rows) items.push_back(json_of(row, now));
  return Json{{"ok", true}, {"items", std::move(items)}};
}

Result<Json> ApprovalDesk::show(const std::string& plan) {
  T0_TRY(const std::optional<ApprovalRow> row, store_.approval(plan));
  T0_TRY(const std::optional<PlanRow> planned, store_.plan(plan));
  if (!row || !planned)
    return Error{.code = Code::NotFound,
                 .message = "no approval is asked for such a plan",
                 .hint = "tier0 approvals list shows what waits."};
  Json approval = json_of(*row, clock_.wall());
  approval["text"] = row->text;
  T0_TRY(approval["plan"], parse_json(planned->shown));
  T0_TRY(approval["arguments"], parse_json(planned->arguments));
  if (!planned->operation.empty()) approval["operation_id"] = planned->operation;
  return Json{{"ok", true}, {"approval", std::move(approval)}};
}

Result<Json> ApprovalDesk::vote(const Json& request, const Principal& person,
                                const std::string& transport) {
  const Json* approve = find_member(request, "approve");
  if (approve == nullptr || !approve->is_boolean())
    return Error{.code = Code::Validation, .message = "approve is neither true nor false"};
  ApprovalQueue queue(store_, audit_, clock_);
  T0_TRY(const ApprovalRow row, queue.person_says(person, string_member(request, "plan"),
                                                  approve->get<bool>(), transport));
  Json approval = json_of(row, clock_.wall());
  approval["text"] = row.text;
  return Json{{"ok", true}, {"approval", std::move(approval)}};
}

}  // namespace tier0::cli
