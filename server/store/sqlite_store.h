#pragma once

#include <filesystem>
#include <memory>

#include "server/store/store.h"

namespace tier0 {

namespace sqlite {
class Connections;
}
class SqlitePlans;
class SqliteOperations;

/// Store over one SQLite file (WAL, every commit synced). The file is opened, made and migrated at
/// the first question, not before; opening that failed is tried again at the next question.
class SqliteStore final : public Store {
 public:
  /// ReadOnly never creates, migrates or locks out the process that owns the file.
  enum class Access { ReadWrite, ReadOnly };

  explicit SqliteStore(std::filesystem::path file, Access access = Access::ReadWrite);
  ~SqliteStore() override;

  Result<Unit> append_audit(std::span<const AuditRow> rows) override;
  Result<std::optional<AuditRow>> audit_row(const std::string& writer, std::int64_t seq) override;
  Result<std::optional<AuditRow>> last_audit_row(const std::string& writer) override;
  Result<std::vector<AuditRow>> audit_chain(const std::string& writer, std::int64_t after,
                                            std::size_t limit) override;
  Result<std::vector<std::string>> audit_writers() override;
  Result<std::vector<AuditCall>> audit_calls(const AuditFilter& filter) override;
  Result<Unit> pin_host_key(const HostKeyPin& pin, const std::string& instead_of = {}) override;
  Result<std::optional<HostKeyPin>> pinned_host_key(const HostName& host) override;
  PlanStore& plans() override;
  OperationStore& operations() override;
  Result<Unit> check() override;

 private:
  const std::unique_ptr<sqlite::Connections> connections_;
  const std::unique_ptr<SqlitePlans> plans_;
  const std::unique_ptr<SqliteOperations> operations_;
};

}  // namespace tier0
