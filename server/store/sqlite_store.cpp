#include "server/store/sqlite_store.h"

#include "server/store/migrations.h"
#include "server/store/sqlite_connections.h"
#include "server/store/sqlite_operations.h"
#include "server/store/sqlite_plans.h"

namespace tier0 {

using sqlite::Connection;
using sqlite::Statement;
using sqlite::Transaction;

Result<Connection*> sqlite::Connections::writer() {
  if (access_ == SqliteStore::Access::ReadOnly)
    return Error{.code = Code::Internal,
                 .message = "the store was opened for reading",
                 .hint = "This is a fault of tier0."};
  if (!writer_) {
    T0_TRY(auto opened, Connection::open(file_, Connection::Mode::Write));
    T0_CHECK(sqlite::migrate(*opened, sqlite::migrations()));
    writer_ = std::move(opened);
  }
  return writer_.get();
}

Result<Connection*> sqlite::Connections::reader() {
  if (reader_) return reader_.get();
  if (access_ == SqliteStore::Access::ReadWrite) {
    const MutexLock lock(writing);
    T0_CHECK(writer());  // makes the file and its schema
  }
  T0_TRY(auto opened, Connection::open(file_, Connection::Mode::Read));
  T0_CHECK(sqlite::require_current(*opened, sqlite::migrations()));
  reader_ = std::move(opened);
  return reader_.get();
}

SqliteStore::SqliteStore(std::filesystem::path file, Access access)
    : connections_(std::make_unique<sqlite::Connections>(std::move(file), access)),
      plans_(std::make_unique<SqlitePlans>(*connections_)),
      operations_(std::make_unique<SqliteOperations>(*connections_)) {}

SqliteStore::~SqliteStore() = default;

PlanStore& SqliteStore::plans() {
  return *plans_;
}

OperationStore& SqliteStore::operations() {
  return *operations_;
}

Result<Unit> SqliteStore::pin_host_key(const HostKeyPin& pin, const std::string& instead_of) {
  const MutexLock lock(connections_->writing);
  T0_TRY(Connection * connection, connections_->writer());
  T0_TRY(Transaction transaction, Transaction::begin(*connection));
  T0_TRY(Statement current, connection->prepare("SELECT fingerprint FROM host_keys WHERE tenant = "
                                                "'' AND host = ?"));
  current.bind(1, pin.host.value);
  T0_TRY(const bool pinned, current.step());
  const std::string before = pinned ? current.text(0) : std::string();
  if (before == pin.fingerprint) return Unit{};
  if (before != instead_of)
    return Error{.code = Code::Conflict,
                 .message = "another key is pinned for this host: " + before,
                 .hint = "Compare both with the host's console, then pin again."};
  T0_TRY(Statement write,
         connection->prepare("INSERT OR REPLACE INTO host_keys VALUES ('', ?, ?, ?, ?)"));
  write.bind(1, pin.host.value);
  write.bind(2, pin.fingerprint);
  write.bind(3, pin.pinned_by);
  write.bind(4, pin.pinned_at);
  T0_CHECK(write.run());
  return transaction.commit();
}

Result<std::optional<HostKeyPin>> SqliteStore::pinned_host_key(const HostName& host) {
  const MutexLock lock(connections_->reading);
  T0_TRY(Connection * connection, connections_->reader());
  T0_TRY(Statement query, connection->prepare("SELECT fingerprint, pinned_by, pinned_at FROM "
                                              "host_keys WHERE tenant = '' AND host = ?"));
  query.bind(1, host.value);
  T0_TRY(const bool found, query.step());
  if (!found) return std::optional<HostKeyPin>();
  return std::optional(HostKeyPin{.host = host,
                                  .fingerprint = query.text(0),
                                  .pinned_by = query.text(1),
                                  .pinned_at = query.time(2)});
}

Result<Unit> SqliteStore::check() {
  const MutexLock lock(connections_->reading);
  T0_TRY(Connection * connection, connections_->reader());
  T0_TRY(Statement query, connection->prepare("PRAGMA quick_check(1)"));
  T0_TRY(const bool row, query.step());
  const std::string verdict = row ? query.text(0) : "no answer";
  if (verdict == "ok") return Unit{};
  return Error{.code = Code::Internal,
               .message = "the store's file is damaged: " + verdict,
               .hint = "Stop the server, keep the file, and put back a copy."};
}

}  // namespace tier0
