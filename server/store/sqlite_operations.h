#pragma once

#include "server/store/operation_store.h"
#include "server/store/sqlite_connections.h"

namespace tier0 {

/// OperationStore over the connections of a SqliteStore, which owns it.
class SqliteOperations final : public OperationStore {
 public:
  explicit SqliteOperations(sqlite::Connections& connections) : connections_(connections) {}

  Result<Began> begin(const OperationRow& operation, const LeaseNames& leases) override;
  Result<Unit> save(const OperationRow& operation, const JournalRow& line) override;
  Result<std::optional<OperationRow>> claim(const std::string& id, const std::string& owner,
                                            WallTime now, WallTime until) override;
  Result<Unit> renew(const std::string& owner, WallTime until) override;
  Result<std::optional<OperationRow>> operation(const std::string& id) override;
  Result<std::optional<OperationRow>> by_key(const std::string& principal,
                                             const std::string& idempotency_key) override;
  Result<std::vector<OperationRow>> running() override;
  Result<std::vector<OperationRow>> operations(const std::string& principal,
                                               std::size_t limit) override;
  Result<std::vector<JournalRow>> journal(const std::string& id) override;

 private:
  sqlite::Connections& connections_;
};

namespace sqlite {

/// The row that a `SELECT * FROM operations` stands on.
Result<OperationRow> operation_in(const Statement& row);

/// The first row of such a query.
Result<std::optional<OperationRow>> single_operation(Statement& query);

}  // namespace sqlite
}  // namespace tier0
