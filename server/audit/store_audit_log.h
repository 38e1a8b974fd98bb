#pragma once

#include <filesystem>
#include <memory>

#include "server/audit/audit_log.h"
#include "server/store/store.h"

namespace tier0 {

/// AuditLog in the store: one hash chain, written by one thread in groups. `head_file` lies beside
/// the database and says how far the chain had come, so that a cut tail shows. Opens the store at
/// the first record. The destructor writes what is left.
class StoreAuditLog final : public AuditLog {
 public:
  StoreAuditLog(Store& store, std::filesystem::path head_file, const Clock& clock);
  ~StoreAuditLog() override;

  Result<AuditTicket> begin(const AuditEntry& entry) override;
  Result<Unit> refused(const AuditEntry& entry, const Error& error) override;

  /// Waits until everything recorded so far is on disk.
  Result<Unit> flush();

 private:
  void close(const AuditEntry& entry, const AuditOutcome& outcome) override;

  class Writer;
  const std::unique_ptr<Writer> writer_;
  const Clock& clock_;
};

}  // namespace tier0
