#include "server/store/sqlite_plans.h"

#include "server/store/sqlite_values.h"

namespace tier0 {
namespace {

using sqlite::Connection;
using sqlite::Statement;
using sqlite::Transaction;

PlanRow plan_in(const Statement& row) {
  sqlite::Columns from(row);
  return {.id = from.text(),
          .tenant = from.text(),
          .principal = from.text(),
          .tool = from.text(),
          .arguments = from.text(),
          .arguments_digest = from.text(),
          .shown = from.text(),
          .observed = from.text(),
          .state_digest = from.text(),
          .created = from.time(),
          .expires = from.time(),
          .operation = from.text()};
}

Result<std::optional<PlanRow>> single_plan(Statement& query) {
  T0_TRY(const bool found, query.step());
  if (!found) return std::optional<PlanRow>();
  return std::optional(plan_in(query));
}

}  // namespace

Result<Unit> SqlitePlans::add_plan(const PlanRow& plan) {
  const MutexLock lock(connections_.writing);
  T0_TRY(Connection * connection, connections_.writer());
  T0_TRY(Statement insert,
         connection->prepare("INSERT INTO plans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  sqlite::Binder(insert)
      .add(plan.id)
      .add(plan.tenant)
      .add(plan.principal)
      .add(plan.tool)
      .add(plan.arguments)
      .add(plan.arguments_digest)
      .add(plan.shown)
      .add(plan.observed)
      .add(plan.state_digest)
      .add(plan.created)
      .add(plan.expires)
      .add(plan.operation);
  return insert.run();
}

Result<std::optional<PlanRow>> SqlitePlans::plan(const std::string& id) {
  const MutexLock lock(connections_.reading);
  T0_TRY(Connection * connection, connections_.reader());
  T0_TRY(Statement query, connection->prepare("SELECT * FROM plans WHERE id = ?"));
  query.bind(1, id);
  return single_plan(query);
}

Result<std::optional<PlanRow>> SqlitePlans::open_plan(const std::string& principal,
                                                      const std::string& tool,
                                                      const std::string& arguments_digest,
                                                      WallTime now) {
  const MutexLock lock(connections_.reading);
  T0_TRY(Connection * connection, connections_.reader());
  T0_TRY(Statement query,
         connection->prepare("SELECT * FROM plans WHERE principal = ? AND tool = ?"
                             " AND arguments_digest = ? AND operation = '' AND expires > ?"
                             " ORDER BY created DESC, rowid DESC LIMIT 1"));
  sqlite::Binder(query).add(principal).add(tool).add(arguments_digest).add(now);
  return single_plan(query);
}

Result<bool> SqlitePlans::spend_nonce(const std::string& nonce, WallTime expires, WallTime now) {
  const MutexLock lock(connections_.writing);
  T0_TRY(Connection * connection, connections_.writer());
  T0_TRY(Transaction transaction, Transaction::begin(*connection));
  {
    T0_TRY(Statement forget, connection->prepare("DELETE FROM nonces WHERE expires <= ?"));
    forget.bind(1, now);
    T0_CHECK(forget.run());
    T0_TRY(Statement query, connection->prepare("SELECT 1 FROM nonces WHERE nonce = ?"));
    query.bind(1, nonce);
    T0_TRY(const bool spent, query.step());
    if (spent) return false;
    T0_TRY(Statement insert, connection->prepare("INSERT INTO nonces VALUES (?, ?)"));
    sqlite::Binder(insert).add(nonce).add(expires);
    T0_CHECK(insert.run());
  }
  T0_CHECK(transaction.commit());
  return true;
}

}  // namespace tier0
