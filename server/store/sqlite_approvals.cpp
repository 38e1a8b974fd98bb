#include <algorithm>
#include <limits>

#include "server/base/json.h"
#include "server/store/sqlite_plans.h"
#include "server/store/sqlite_values.h"

namespace tier0 {
namespace {

using sqlite::Connection;
using sqlite::Statement;
using sqlite::Transaction;
using Status = ApprovalRow::Status;

constexpr std::string_view kClientVoter = "client:";
constexpr const char* kApprovalColumns =
    "plan, principal, tool, text, approvers, quorum, asked, expires, status, votes";

std::string_view name_of(Status status) {
  switch (status) {
    case Status::Pending:
      return "pending";
    case Status::Approved:
      return "approved";
    case Status::Denied:
      return "denied";
  }
  return "denied";
}

/// Anything but the two names is a no.
Status status_of(std::string_view name) {
  if (name == name_of(Status::Pending)) return Status::Pending;
  return name == name_of(Status::Approved) ? Status::Approved : Status::Denied;
}

std::string text_of(const std::vector<Vote>& votes) {
  Json list = Json::array();
  for (const Vote& vote : votes)
    list.push_back({{"person", vote.person},
                    {"yes", vote.yes},
                    {"via", vote.via},
                    {"at", vote.at.time_since_epoch().count()}});
  return dump_json(list);
}

Error damaged_approval() {
  return {.code = Code::Internal,
          .message = "an approval in the store is damaged",
          .hint = "Stop the server, keep the file, and put back a copy."};
}

Result<std::vector<Vote>> votes_of(const std::string& text) {
  T0_TRY(const Json list, parse_json(text));
  std::vector<Vote> votes;
  for (const Json& entry : list) {
    const Json* yes = find_member(entry, "yes");
    const Json* at = find_member(entry, "at");
    if (yes == nullptr || !yes->is_boolean() || at == nullptr || !at->is_number_integer())
      return damaged_approval();
    votes.push_back({.person = string_member(entry, "person"),
                     .yes = yes->get<bool>(),
                     .via = string_member(entry, "via"),
                     .at = WallTime(std::chrono::milliseconds(at->get<std::int64_t>()))});
  }
  return votes;
}

Result<ApprovalRow> approval_in(const Statement& row) {
  sqlite::Columns from(row);
  ApprovalRow approval{.plan = from.text(),
                       .principal = from.text(),
                       .tool = from.text(),
                       .text = from.text(),
                       .approvers = {}};
  T0_TRY(const Json approvers, parse_json(from.text()));
  for (const Json& name : approvers) {
    if (!name.is_string()) return damaged_approval();
    approval.approvers.push_back(name.get<std::string>());
  }
  approval.quorum = static_cast<int>(from.number());
  approval.asked = from.time();
  approval.expires = from.time();
  approval.status = status_of(from.text());
  T0_TRY(approval.votes, votes_of(from.text()));
  return approval;
}

Result<std::optional<ApprovalRow>> find_approval(Connection& connection, const std::string& plan) {
  T0_TRY(Statement query, connection.prepare("SELECT " + std::string(kApprovalColumns) +
                                             " FROM approvals WHERE plan = ?"));
  query.bind(1, plan);
  T0_TRY(const bool found, query.step());
  if (!found) return std::optional<ApprovalRow>();
  T0_TRY(ApprovalRow approval, approval_in(query));
  return std::optional(std::move(approval));
}

bool may_vote(const ApprovalRow& approval, const std::string& person) {
  const auto named = [&](std::string_view name) {
    return std::find(approval.approvers.begin(), approval.approvers.end(), name) !=
           approval.approvers.end();
  };
  return named(person) || (person.starts_with(kClientVoter) && named("client"));
}

/// Whether the vote counts, with everything that could speak against it.
Result<Unit> admit(const ApprovalRow& approval, const Vote& vote) {
  if (!may_vote(approval, vote.person))
    return Error{.code = Code::Forbidden,
                 .message = vote.person + " is not one of this plan's approvers",
                 .hint = "Ask one of its approvers; tier0 approvals show names them."};
  if (approval.status != Status::Pending)
    return Error{.code = Code::Conflict,
                 .message = "this plan is " + std::string(name_of(approval.status)) + " already",
                 .hint = "Make a new plan to decide anew."};
  if (vote.at >= approval.expires)
    return Error{.code = Code::ApprovalExpired,
                 .message = "the time to approve this plan is over",
                 .hint = "Make a new plan."};
  const bool voted = std::any_of(approval.votes.begin(), approval.votes.end(),
                                 [&](const Vote& other) { return other.person == vote.person; });
  if (voted)
    return Error{.code = Code::Conflict,
                 .message = vote.person + " has voted on this plan already",
                 .hint = "Another approver's vote is needed."};
  return Unit{};
}

void count(ApprovalRow& approval, const Vote& vote) {
  approval.votes.push_back(vote);
  const auto yeses = std::count_if(approval.votes.begin(), approval.votes.end(),
                                   [](const Vote& other) { return other.yes; });
  if (!vote.yes)
    approval.status = Status::Denied;
  else if (yeses >= std::max(approval.quorum, 1))
    approval.status = Status::Approved;
}

Result<Unit> insert_approval(Connection& connection, const ApprovalRow& approval) {
  T0_TRY(Statement insert,
         connection.prepare(
             "INSERT INTO approvals (plan, principal, tool, text, approvers, quorum, asked,"
             " expires, status, votes, tenant) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
             " coalesce((SELECT tenant FROM plans WHERE id = ?), ''))"));
  sqlite::Binder(insert)
      .add(approval.plan)
      .add(approval.principal)
      .add(approval.tool)
      .add(approval.text)
      .add(dump_json(Json(approval.approvers)))
      .add(approval.quorum)
      .add(approval.asked)
      .add(approval.expires)
      .add(name_of(Status::Pending))
      .add("[]")
      .add(approval.plan);
  return insert.run();
}

}  // namespace

Result<ApprovalRow> SqlitePlans::ask(const ApprovalRow& approval) {
  const MutexLock lock(connections_.writing);
  T0_TRY(Connection * connection, connections_.writer());
  T0_TRY(Transaction transaction, Transaction::begin(*connection));
  T0_TRY(const auto there, find_approval(*connection, approval.plan));
  if (there) return *there;
  T0_CHECK(insert_approval(*connection, approval));
  T0_CHECK(transaction.commit());
  ApprovalRow asked = approval;
  asked.status = Status::Pending;
  asked.votes.clear();
  return asked;
}

Result<std::optional<ApprovalRow>> SqlitePlans::approval(const std::string& plan) {
  const MutexLock lock(connections_.reading);
  T0_TRY(Connection * connection, connections_.reader());
  return find_approval(*connection, plan);
}

Result<std::vector<ApprovalRow>> SqlitePlans::approvals(std::size_t limit, WallTime now) {
  const MutexLock lock(connections_.reading);
  T0_TRY(Connection * connection, connections_.reader());
  T0_TRY(Statement query,
         connection->prepare("SELECT " + std::string(kApprovalColumns) +
                             " FROM approvals ORDER BY status = 'pending' AND expires > ? DESC,"
                             " asked DESC, rowid DESC LIMIT ?"));
  sqlite::Binder(query).add(now).add(
      static_cast<std::int64_t>(std::min<std::size_t>(limit, std::numeric_limits<int>::max())));
  std::vector<ApprovalRow> rows;
  for (;;) {
    T0_TRY(const bool more, query.step());
    if (!more) return rows;
    T0_TRY(ApprovalRow row, approval_in(query));
    rows.push_back(std::move(row));
  }
}

Result<ApprovalRow> SqlitePlans::vote(const std::string& plan, const Vote& vote) {
  const MutexLock lock(connections_.writing);
  T0_TRY(Connection * connection, connections_.writer());
  T0_TRY(Transaction transaction, Transaction::begin(*connection));
  T0_TRY(auto approval, find_approval(*connection, plan));
  if (!approval)
    return Error{.code = Code::NotFound,
                 .message = "no approval is asked for such a plan",
                 .hint = "tier0 approvals list shows what waits."};
  T0_CHECK(admit(*approval, vote));
  count(*approval, vote);
  {
    T0_TRY(Statement write,
           connection->prepare("UPDATE approvals SET status = ?, votes = ? WHERE plan = ?"));
    sqlite::Binder(write).add(name_of(approval->status)).add(text_of(approval->votes)).add(plan);
    T0_CHECK(write.run());
  }
  T0_CHECK(transaction.commit());
  return *std::move(approval);
}

}  // namespace tier0
