#include <limits>

#include "server/store/sqlite_operations.h"
#include "server/store/sqlite_values.h"

namespace tier0 {
namespace {

using sqlite::Connection;
using sqlite::Statement;

Result<std::vector<OperationRow>> all_operations(Statement& query) {
  std::vector<OperationRow> rows;
  for (;;) {
    T0_TRY(const bool more, query.step());
    if (!more) return rows;
    T0_TRY(OperationRow row, sqlite::operation_in(query));
    rows.push_back(std::move(row));
  }
}

}  // namespace

Result<OperationRow> sqlite::operation_in(const Statement& row) {
  Columns from(row);
  OperationRow operation{.id = from.text(),
                         .tenant = from.text(),
                         .principal = from.text(),
                         .agent = from.text(),
                         .transport = from.text(),
                         .call = from.text(),
                         .tool = from.text(),
                         .runbook = static_cast<int>(from.number()),
                         .arguments = from.text(),
                         .arguments_digest = from.text(),
                         .plan = from.text(),
                         .idempotency_key = from.text(),
                         .scope = from.text()};
  T0_TRY(operation.status, parse_operation_status(from.text()));
  operation.step = static_cast<int>(from.number());
  operation.is_undoing = from.number() != 0;
  operation.is_open = from.number() != 0;
  operation.state = from.text();
  operation.output = from.text();
  operation.error = from.text();
  operation.created = from.time();
  operation.updated = from.time();
  operation.wake = from.time();
  operation.owner = from.text();
  operation.lease_until = from.time();
  operation.fence = from.number();
  return operation;
}

Result<std::optional<OperationRow>> sqlite::single_operation(Statement& query) {
  T0_TRY(const bool found, query.step());
  if (!found) return std::optional<OperationRow>();
  T0_TRY(OperationRow row, operation_in(query));
  return std::optional(std::move(row));
}

Result<std::optional<OperationRow>> SqliteOperations::operation(const std::string& id) {
  const MutexLock lock(connections_.reading);
  T0_TRY(Connection * connection, connections_.reader());
  T0_TRY(Statement query, connection->prepare("SELECT * FROM operations WHERE id = ?"));
  query.bind(1, id);
  return sqlite::single_operation(query);
}

Result<std::optional<OperationRow>> SqliteOperations::by_key(const std::string& principal,
                                                             const std::string& idempotency_key) {
  const MutexLock lock(connections_.reading);
  T0_TRY(Connection * connection, connections_.reader());
  T0_TRY(Statement query,
         connection->prepare("SELECT * FROM operations WHERE principal = ? AND idempotency_key = ?"
                             " AND idempotency_key <> ''"));
  sqlite::Binder(query).add(principal).add(idempotency_key);
  return sqlite::single_operation(query);
}

Result<std::vector<OperationRow>> SqliteOperations::running() {
  const MutexLock lock(connections_.reading);
  T0_TRY(Connection * connection, connections_.reader());
  T0_TRY(Statement query,
         connection->prepare(
             "SELECT * FROM operations WHERE status = 'running' ORDER BY created, rowid"));
  return all_operations(query);
}

Result<std::vector<OperationRow>> SqliteOperations::operations(const std::string& principal,
                                                               std::size_t limit) {
  const MutexLock lock(connections_.reading);
  T0_TRY(Connection * connection, connections_.reader());
  T0_TRY(Statement query,
         connection->prepare("SELECT * FROM operations WHERE ?1 = '' OR principal = ?1"
                             " ORDER BY created DESC, rowid DESC LIMIT ?2"));
  sqlite::Binder(query).add(principal).add(
      static_cast<std::int64_t>(std::min<std::size_t>(limit, std::numeric_limits<int>::max())));
  return all_operations(query);
}

Result<std::vector<JournalRow>> SqliteOperations::journal(const std::string& id) {
  const MutexLock lock(connections_.reading);
  T0_TRY(Connection * connection, connections_.reader());
  T0_TRY(Statement query, connection->prepare("SELECT seq, time, step, event, detail FROM journal"
                                              " WHERE operation = ? ORDER BY seq"));
  query.bind(1, id);
  std::vector<JournalRow> lines;
  for (;;) {
    T0_TRY(const bool more, query.step());
    if (!more) return lines;
    sqlite::Columns from(query);
    lines.push_back({.seq = from.number(),
                     .time = from.time(),
                     .step = from.text(),
                     .event = from.text(),
                     .detail = from.text()});
  }
}

}  // namespace tier0
