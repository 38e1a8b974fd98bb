#pragma once

#include <filesystem>

#include "server/audit/audit_log.h"
#include "server/audit/group_writer.h"
#include "server/store/store.h"

namespace tier0 {

/// AuditLog in the store: one hash chain, written by one thread in groups. `head_file` lies beside
/// the database and says how far the chain had come, so that a cut tail shows. Opens the store at
/// the first record. The destructor writes what is left; every ticket must be gone before.
class StoreAuditLog final : public AuditLog {
 public:
  StoreAuditLog(Store& store, std::filesystem::path head_file, const Clock& clock);

  Result<AuditTicket> begin(const AuditEntry& entry) override;
  Result<Unit> refused(const AuditEntry& entry, const Error& error) override;

  /// Waits until everything recorded so far is on disk.
  Result<Unit> flush();

 private:
  void close(const AuditEntry& entry, const AuditOutcome& outcome) override;

  const Clock& clock_;
  GroupWriter writer_;
};

}  // namespace tier0
