#include <limits>

#include "server/store/sqlite_connections.h"
#include "server/store/sqlite_store.h"

namespace tier0 {
namespace {

using sqlite::Connection;
using sqlite::Statement;
using sqlite::Transaction;

constexpr int kColumns = 15;

/// The columns in the order of read_row and bind_row, each with the table's alias in front.
std::string columns_of(std::string_view alias) {
  std::string list;
  for (const std::string_view column :
       {"writer", "seq", "event", "time", "tenant", "call", "principal", "agent", "transport",
        "tool", "effect", "kind", "details", "prev", "hash"}) {
    if (!list.empty()) list += ", ";
    list.append(alias).append(".").append(column);
  }
  return list;
}

AuditRow read_row(const Statement& from, int first = 0) {
  return {.writer = from.text(first),
          .seq = from.number(first + 1),
          .event = from.text(first + 2),
          .time = from.time(first + 3),
          .tenant = from.text(first + 4),
          .call = from.text(first + 5),
          .principal = from.text(first + 6),
          .agent = from.text(first + 7),
          .transport = from.text(first + 8),
          .tool = from.text(first + 9),
          .effect = from.text(first + 10),
          .kind = from.text(first + 11),
          .details = from.text(first + 12),
          .prev = from.text(first + 13),
          .hash = from.text(first + 14)};
}

void bind_row(Statement& to, const AuditRow& row) {
  to.bind(1, row.writer);
  to.bind(2, row.seq);
  to.bind(3, row.event);
  to.bind(4, row.time);
  int index = 5;
  for (const std::string* text :
       {&row.tenant, &row.call, &row.principal, &row.agent, &row.transport, &row.tool, &row.effect,
        &row.kind, &row.details, &row.prev, &row.hash})
    to.bind(index++, *text);
}

Result<std::optional<AuditRow>> single_row(Statement& query) {
  T0_TRY(const bool found, query.step());
  if (!found) return std::optional<AuditRow>();
  return std::optional(read_row(query));
}

/// The SQL of a filter, with its texts to bind from parameter 1 on.
struct CallQuery {
  std::string sql;
  std::vector<std::string> texts = {};

  void require(const std::string& condition, const std::string& value) {
    if (value.empty()) return;
    sql += " AND " + condition;
    texts.push_back(value);
  }
};

CallQuery query_of(const AuditFilter& filter) {
  CallQuery query{
      "SELECT " + columns_of("b") + ", " + columns_of("f") +
      ", EXISTS (SELECT 1 FROM audit p WHERE p.writer = b.writer AND p.seq > b.seq"
      " AND p.event IN ('start', 'stop')) AS gone"
      " FROM audit b LEFT JOIN audit f"
      " ON f.call = b.call AND f.writer = b.writer AND f.event = 'finish' AND b.event = 'begin'"
      " WHERE b.event IN ('begin', 'refused')"};
  query.require("b.tenant = ?", filter.tenant);
  query.require("b.agent = ?", filter.agent);
  query.require("b.tool = ?", filter.tool);
  query.require("b.call = ?", filter.call);
  if (filter.kind == "open")
    query.sql += " AND b.event = 'begin' AND f.seq IS NULL";
  else if (filter.kind == "unknown")
    query.sql += " AND (f.kind = 'unknown' OR (b.event = 'begin' AND f.seq IS NULL AND gone))";
  else
    query.require("coalesce(f.kind, b.kind) = ?", filter.kind);
  if (filter.since) query.sql += " AND b.time >= ?";
  query.sql += " ORDER BY b.time DESC, b.rowid DESC LIMIT ?";
  return query;
}

}  // namespace

Result<Unit> SqliteStore::append_audit(std::span<const AuditRow> rows) {
  static const std::string kInsert =
      "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  const MutexLock lock(connections_->writing);
  T0_TRY(Connection * connection, connections_->writer());
  T0_TRY(Transaction transaction, Transaction::begin(*connection));
  for (const AuditRow& row : rows) {
    T0_TRY(Statement insert, connection->prepare(kInsert));
    bind_row(insert, row);
    T0_CHECK(insert.run());
  }
  return transaction.commit();
}

Result<std::optional<AuditRow>> SqliteStore::audit_row(const std::string& writer,
                                                       std::int64_t seq) {
  const MutexLock lock(connections_->reading);
  T0_TRY(Connection * connection, connections_->reader());
  T0_TRY(Statement query, connection->prepare("SELECT " + columns_of("a") +
                                              " FROM audit a WHERE writer = ? AND seq = ?"));
  query.bind(1, writer);
  query.bind(2, seq);
  return single_row(query);
}

Result<std::optional<AuditRow>> SqliteStore::last_audit_row(const std::string& writer) {
  const MutexLock lock(connections_->reading);
  T0_TRY(Connection * connection, connections_->reader());
  T0_TRY(Statement query,
         connection->prepare("SELECT " + columns_of("a") +
                             " FROM audit a WHERE writer = ? ORDER BY seq DESC LIMIT 1"));
  query.bind(1, writer);
  return single_row(query);
}

Result<std::vector<AuditRow>> SqliteStore::audit_chain(const std::string& writer,
                                                       std::int64_t after, std::size_t limit) {
  const MutexLock lock(connections_->reading);
  T0_TRY(Connection * connection, connections_->reader());
  T0_TRY(Statement query,
         connection->prepare("SELECT " + columns_of("a") +
                             " FROM audit a WHERE writer = ? AND seq > ? ORDER BY seq LIMIT ?"));
  query.bind(1, writer);
  query.bind(2, after);
  query.bind(3, static_cast<std::int64_t>(limit));
  std::vector<AuditRow> rows;
  for (;;) {
    T0_TRY(const bool more, query.step());
    if (!more) return rows;
    rows.push_back(read_row(query));
  }
}

Result<std::vector<std::string>> SqliteStore::audit_writers() {
  const MutexLock lock(connections_->reading);
  T0_TRY(Connection * connection, connections_->reader());
  T0_TRY(Statement query, connection->prepare("SELECT DISTINCT writer FROM audit ORDER BY writer"));
  std::vector<std::string> writers;
  for (;;) {
    T0_TRY(const bool more, query.step());
    if (!more) return writers;
    writers.push_back(query.text(0));
  }
}

Result<std::vector<AuditCall>> SqliteStore::audit_calls(const AuditFilter& filter) {
  const CallQuery wanted = query_of(filter);
  const MutexLock lock(connections_->reading);
  T0_TRY(Connection * connection, connections_->reader());
  T0_TRY(Statement query, connection->prepare(wanted.sql));
  int index = 1;
  for (const std::string& text : wanted.texts) query.bind(index++, text);
  if (filter.since) query.bind(index++, *filter.since);
  query.bind(index, static_cast<std::int64_t>(
                        std::min<std::size_t>(filter.limit, std::numeric_limits<int>::max())));
  std::vector<AuditCall> calls;
  for (;;) {
    T0_TRY(const bool more, query.step());
    if (!more) return calls;
    calls.push_back(
        {.begin = read_row(query), .finish = {}, .writer_gone = query.number(2 * kColumns) != 0});
    if (!query.is_null(kColumns)) calls.back().finish = read_row(query, kColumns);
  }
}

}  // namespace tier0
