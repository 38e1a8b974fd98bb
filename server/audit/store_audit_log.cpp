#include "server/audit/store_audit_log.h"

#include "server/audit/audit_rows.h"

namespace tier0 {
namespace {

/// Who and what, without what only the first record holds.
AuditEntry identity_of(const AuditEntry& entry) {
  return {.call = entry.call,
          .time = entry.time,
          .principal = entry.principal,
          .agent = entry.agent,
          .tenant = entry.tenant,
          .transport = entry.transport,
          .tool = entry.tool,
          .effect = entry.effect};
}

}  // namespace

StoreAuditLog::StoreAuditLog(Store& store, std::filesystem::path head_file, const Clock& clock)
    : clock_(clock), writer_(Chain(store, std::move(head_file), clock)) {}

Result<AuditTicket> StoreAuditLog::begin(const AuditEntry& entry) {
  if (entry.effect == "read")
    T0_CHECK(writer_.write_soon(begin_row(entry)));
  else
    T0_CHECK(writer_.write(begin_row(entry)));
  return AuditTicket(*this, identity_of(entry));
}

Result<Unit> StoreAuditLog::refused(const AuditEntry& entry, const Error& error) {
  return writer_.write_soon(refused_row(entry, error));
}

void StoreAuditLog::close(const AuditEntry& entry, const AuditOutcome& outcome) {
  writer_.write_without_fail(finish_row(entry, outcome, clock_.wall()));
}

Result<Unit> StoreAuditLog::flush() {
  return writer_.flush();
}

}  // namespace tier0
