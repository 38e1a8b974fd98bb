#include "server/store/migrations.h"

#include <array>

#include "server/store/sqlite_error.h"

namespace tier0::sqlite {
namespace {

// Times are milliseconds since 1970, UTC. The index on time is what newest first reads.
constexpr std::array kMigrations = {
    Migration{"audit and host keys", R"sql(
CREATE TABLE audit (
  writer TEXT NOT NULL, seq INTEGER NOT NULL, event TEXT NOT NULL, time INTEGER NOT NULL,
  tenant TEXT NOT NULL, call TEXT NOT NULL, principal TEXT NOT NULL, agent TEXT NOT NULL,
  transport TEXT NOT NULL, tool TEXT NOT NULL, effect TEXT NOT NULL, kind TEXT NOT NULL,
  details TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL,
  UNIQUE (writer, seq)
) STRICT;
CREATE INDEX audit_time ON audit (time);
CREATE INDEX audit_call ON audit (call);
CREATE INDEX audit_process ON audit (writer, seq) WHERE event IN ('start', 'stop');
CREATE TABLE host_keys (
  tenant TEXT NOT NULL, host TEXT NOT NULL, fingerprint TEXT NOT NULL, pinned_by TEXT NOT NULL,
  pinned_at INTEGER NOT NULL, PRIMARY KEY (tenant, host)
) STRICT;
)sql"},
    Migration{"plans, approvals and operations", R"sql(
CREATE TABLE plans (
  id TEXT PRIMARY KEY NOT NULL, tenant TEXT NOT NULL, principal TEXT NOT NULL, tool TEXT NOT NULL,
  arguments TEXT NOT NULL, arguments_digest TEXT NOT NULL, shown TEXT NOT NULL,
  observed TEXT NOT NULL, state_digest TEXT NOT NULL, created INTEGER NOT NULL,
  expires INTEGER NOT NULL, operation TEXT NOT NULL
) STRICT;
CREATE INDEX plans_open ON plans (principal, tool, arguments_digest, created) WHERE operation = '';
CREATE TABLE approvals (
  plan TEXT PRIMARY KEY NOT NULL, tenant TEXT NOT NULL, principal TEXT NOT NULL, tool TEXT NOT NULL,
  text TEXT NOT NULL, approvers TEXT NOT NULL, quorum INTEGER NOT NULL, asked INTEGER NOT NULL,
  expires INTEGER NOT NULL, status TEXT NOT NULL, votes TEXT NOT NULL
) STRICT;
CREATE INDEX approvals_asked ON approvals (asked);
CREATE TABLE nonces (nonce TEXT PRIMARY KEY NOT NULL, expires INTEGER NOT NULL) STRICT;
CREATE INDEX nonces_expires ON nonces (expires);
CREATE TABLE operations (
  id TEXT PRIMARY KEY NOT NULL, tenant TEXT NOT NULL, principal TEXT NOT NULL, agent TEXT NOT NULL,
  transport TEXT NOT NULL, call TEXT NOT NULL, tool TEXT NOT NULL, runbook INTEGER NOT NULL,
  arguments TEXT NOT NULL, arguments_digest TEXT NOT NULL, plan TEXT NOT NULL,
  idempotency_key TEXT NOT NULL, scope TEXT NOT NULL, status TEXT NOT NULL, step INTEGER NOT NULL,
  is_undoing INTEGER NOT NULL, is_open INTEGER NOT NULL, state TEXT NOT NULL, output TEXT NOT NULL,
  error TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, wake INTEGER NOT NULL,
  owner TEXT NOT NULL, lease_until INTEGER NOT NULL, fence INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX operations_key ON operations (principal, idempotency_key)
  WHERE idempotency_key <> '';
CREATE UNIQUE INDEX operations_plan ON operations (plan) WHERE plan <> '';
CREATE INDEX operations_running ON operations (created) WHERE status = 'running';
CREATE INDEX operations_created ON operations (created);
CREATE TABLE journal (
  operation TEXT NOT NULL, seq INTEGER NOT NULL, tenant TEXT NOT NULL, time INTEGER NOT NULL,
  step TEXT NOT NULL, event TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (operation, seq)
) STRICT;
CREATE TABLE leases (
  name TEXT PRIMARY KEY NOT NULL, tenant TEXT NOT NULL, operation TEXT NOT NULL
) STRICT;
CREATE INDEX leases_operation ON leases (operation);
)sql"},
};

constexpr const char* kVersionTable =
    "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL,"
    " applied_at TEXT NOT NULL) STRICT";

Error wrong_schema(std::string message, std::string hint) {
  return {.code = Code::WrongState, .message = std::move(message), .hint = std::move(hint)};
}

Result<std::int64_t> single_number(Connection& connection, const char* sql) {
  T0_TRY(Statement statement, connection.prepare(sql));
  T0_TRY(const bool row, statement.step());
  return row ? statement.number(0) : 0;
}

/// 0 for a file that holds nothing yet.
Result<std::int64_t> schema_version(Connection& connection) {
  T0_TRY(const std::int64_t ours,
         single_number(connection,
                       "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'"));
  if (ours != 0) return single_number(connection, "SELECT max(version) FROM schema_version");
  T0_TRY(const std::int64_t others,
         single_number(connection, "SELECT count(*) FROM sqlite_master"));
  if (others != 0)
    return wrong_schema("the store's file is a database of another program",
                        "Name another --state directory.");
  return 0;
}

Result<Unit> refuse_newer(std::int64_t version, std::size_t known) {
  if (version <= static_cast<std::int64_t>(known)) return Unit{};
  return wrong_schema("the store was written by a newer tier0: its schema is " +
                          std::to_string(version) + ", this program knows " + std::to_string(known),
                      "Run the newer tier0, or name another --state directory.");
}

Result<Unit> apply(Connection& connection, const Migration& step, std::int64_t version) {
  T0_CHECK(connection.execute(step.sql));
  T0_TRY(Statement record,
         connection.prepare(
             "INSERT INTO schema_version VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))"));
  record.bind(1, version);
  record.bind(2, step.name);
  return record.run();
}

}  // namespace

std::span<const Migration> migrations() {
  return kMigrations;
}

Result<Unit> migrate(Connection& connection, std::span<const Migration> steps) {
  T0_TRY(const std::int64_t before, schema_version(connection));
  T0_CHECK(refuse_newer(before, steps.size()));
  if (before == static_cast<std::int64_t>(steps.size())) return Unit{};

  T0_TRY(Transaction transaction, Transaction::begin(connection));
  // Read again: another process may have come first.
  T0_TRY(std::int64_t version, schema_version(connection));
  T0_CHECK(refuse_newer(version, steps.size()));
  if (version == 0) T0_CHECK(connection.execute(kVersionTable));
  while (version < static_cast<std::int64_t>(steps.size())) {
    T0_CHECK(apply(connection, steps[static_cast<std::size_t>(version)], version + 1));
    ++version;
  }
  return transaction.commit();
}

Result<Unit> require_current(Connection& connection, std::span<const Migration> steps) {
  T0_TRY(const std::int64_t version, schema_version(connection));
  T0_CHECK(refuse_newer(version, steps.size()));
  if (version == static_cast<std::int64_t>(steps.size())) return Unit{};
  if (version == 0) return nothing_recorded();
  return wrong_schema("the store has not been brought to this program's schema",
                      "Start the server on this state directory once.");
}

}  // namespace tier0::sqlite
