#include "server/store/sqlite_operations.h"

#include <algorithm>

#include "server/store/sqlite_values.h"

namespace tier0 {
namespace {

using sqlite::Connection;
using sqlite::Statement;
using sqlite::Transaction;

Error overtaken() {
  return {.code = Code::Conflict,
          .message = "another process has taken this operation over, or it has ended",
          .hint = "Read the operation again."};
}

Result<std::optional<std::string>> single_text(Connection& connection, const std::string& sql,
                                               const std::vector<std::string_view>& values) {
  T0_TRY(Statement query, connection.prepare(sql));
  sqlite::Binder binder(query);
  for (const std::string_view value : values) binder.add(value);
  T0_TRY(const bool found, query.step());
  return found ? std::optional(query.text(0)) : std::nullopt;
}

/// What stands in the way of a new operation; Unit where nothing does.
Result<Began> obstacle(Connection& connection, const OperationRow& row, const LeaseNames& leases) {
  if (!row.idempotency_key.empty()) {
    T0_TRY(const auto first, single_text(connection,
                                         "SELECT id FROM operations WHERE principal = ?"
                                         " AND idempotency_key = ? AND idempotency_key <> ''",
                                         {row.principal, row.idempotency_key}));
    if (first) return Began(Taken{.operation = *first, .by_key = true});
  }
  if (!row.plan.empty()) {
    T0_TRY(const auto applied,
           single_text(connection, "SELECT operation FROM plans WHERE id = ?", {row.plan}));
    if (!applied)
      return Error{.code = Code::NotFound,
                   .message = "there is no such plan",
                   .hint = "Call the tool without plan_id to make one."};
    if (!applied->empty()) return Began(Taken{.operation = *applied});
  }
  for (const std::string& name : leases) {
    T0_TRY(const auto holder,
           single_text(connection, "SELECT operation FROM leases WHERE name = ?", {name}));
    if (holder) return Began(Held{.name = name, .operation = *holder});
  }
  return Began(Unit{});
}

Result<Unit> insert_operation(Connection& connection, const OperationRow& row) {
  T0_TRY(Statement insert,
         connection.prepare("INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                            " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  sqlite::Binder to(insert);
  for (const std::string* text :
       {&row.id, &row.tenant, &row.principal, &row.agent, &row.transport, &row.call, &row.tool})
    to.add(*text);
  to.add(row.runbook);
  for (const std::string* text :
       {&row.arguments, &row.arguments_digest, &row.plan, &row.idempotency_key, &row.scope})
    to.add(*text);
  to.add(to_string(row.status)).add(row.step).add(row.is_undoing).add(row.is_open);
  to.add(row.state).add(row.output).add(row.error);
  to.add(row.created).add(row.updated).add(row.wake);
  to.add(row.owner).add(row.lease_until).add(row.fence);
  return insert.run();
}

Result<Unit> take_leases(Connection& connection, const OperationRow& row, LeaseNames names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    T0_TRY(Statement insert, connection.prepare("INSERT INTO leases VALUES (?, ?, ?)"));
    sqlite::Binder(insert).add(name).add(row.tenant).add(row.id);
    T0_CHECK(insert.run());
  }
  return Unit{};
}

/// Everything of a row that may change; the rest is as it began.
Result<Unit> update_operation(Connection& connection, const OperationRow& row) {
  T0_TRY(Statement write,
         connection.prepare("UPDATE operations SET status = ?, step = ?, is_undoing = ?,"
                            " is_open = ?, state = ?, output = ?, error = ?, updated = ?,"
                            " wake = ? WHERE id = ? AND fence = ?"
                            " AND status IN ('running', 'unknown') RETURNING 1"));
  sqlite::Binder to(write);
  to.add(to_string(row.status)).add(row.step).add(row.is_undoing).add(row.is_open);
  to.add(row.state).add(row.output).add(row.error).add(row.updated).add(row.wake);
  to.add(row.id).add(row.fence);
  T0_TRY(const bool written, write.step());
  if (!written) return overtaken();
  return Unit{};
}

Result<Unit> add_line(Connection& connection, const OperationRow& row, const JournalRow& line) {
  T0_TRY(Statement insert,
         connection.prepare("INSERT INTO journal SELECT ?1, coalesce(max(seq), 0) + 1, ?2, ?3, ?4,"
                            " ?5, ?6 FROM journal WHERE operation = ?1"));
  sqlite::Binder(insert)
      .add(row.id)
      .add(row.tenant)
      .add(line.time)
      .add(line.step)
      .add(line.event)
      .add(line.detail);
  return insert.run();
}

/// Unknown keeps its leases: nobody can say what is going on in the things they name.
bool has_ended(OperationStatus status) {
  return status != OperationStatus::Running && status != OperationStatus::Unknown;
}

Result<Unit> free_leases(Connection& connection, const std::string& operation) {
  T0_TRY(Statement drop, connection.prepare("DELETE FROM leases WHERE operation = ?"));
  drop.bind(1, operation);
  return drop.run();
}

}  // namespace

Result<Began> SqliteOperations::begin(const OperationRow& operation, const LeaseNames& leases) {
  const MutexLock lock(connections_.writing);
  T0_TRY(Connection * connection, connections_.writer());
  T0_TRY(Transaction transaction, Transaction::begin(*connection));
  T0_TRY(const Began stopped, obstacle(*connection, operation, leases));
  if (!std::holds_alternative<Unit>(stopped)) return stopped;
  if (!operation.plan.empty()) {
    T0_TRY(Statement apply, connection->prepare("UPDATE plans SET operation = ? WHERE id = ?"));
    sqlite::Binder(apply).add(operation.id).add(operation.plan);
    T0_CHECK(apply.run());
  }
  T0_CHECK(insert_operation(*connection, operation));
  T0_CHECK(take_leases(*connection, operation, leases));
  T0_CHECK(transaction.commit());
  return Began(Unit{});
}

Result<Unit> SqliteOperations::save(const OperationRow& operation, const JournalRow& line) {
  const MutexLock lock(connections_.writing);
  T0_TRY(Connection * connection, connections_.writer());
  T0_TRY(Transaction transaction, Transaction::begin(*connection));
  T0_CHECK(update_operation(*connection, operation));
  T0_CHECK(add_line(*connection, operation, line));
  if (has_ended(operation.status)) T0_CHECK(free_leases(*connection, operation.id));
  return transaction.commit();
}

Result<std::optional<OperationRow>> SqliteOperations::claim(const std::string& id,
                                                            const std::string& owner, WallTime now,
                                                            WallTime until) {
  const MutexLock lock(connections_.writing);
  T0_TRY(Connection * connection, connections_.writer());
  T0_TRY(Transaction transaction, Transaction::begin(*connection));
  std::optional<OperationRow> claimed;
  {
    T0_TRY(Statement write,
           connection->prepare("UPDATE operations SET owner = ?2, lease_until = ?4,"
                               " fence = fence + 1 WHERE id = ?1"
                               " AND status IN ('running', 'unknown')"
                               " AND (owner = ?2 OR lease_until <= ?3) RETURNING *"));
    sqlite::Binder(write).add(id).add(owner).add(now).add(until);
    T0_TRY(claimed, sqlite::single_operation(write));
  }
  T0_CHECK(transaction.commit());
  return claimed;
}

Result<Unit> SqliteOperations::renew(const std::string& owner, WallTime until) {
  const MutexLock lock(connections_.writing);
  T0_TRY(Connection * connection, connections_.writer());
  T0_TRY(Statement write, connection->prepare("UPDATE operations SET lease_until = ?"
                                              " WHERE owner = ? AND status = 'running'"));
  sqlite::Binder(write).add(until).add(owner);
  return write.run();
}

}  // namespace tier0
