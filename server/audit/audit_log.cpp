#include "server/audit/audit_log.h"

namespace tier0 {

AuditTicket::AuditTicket(AuditLog& log, AuditEntry entry) : log_(&log), entry_(std::move(entry)) {}

AuditTicket::AuditTicket(AuditTicket&& other) noexcept
    : log_(other.take()), entry_(std::move(other.entry_)) {}

AuditTicket::~AuditTicket() {
  AuditLog* const log = take();
  if (log == nullptr) return;
  log->close(entry_, {.failure = Code::Unknown,
                      .changed = std::nullopt,
                      .summary = "the call ended without saying how"});
}

AuditLog* AuditTicket::take() {
  return std::exchange(log_, nullptr);
}

void AuditLog::finish(AuditTicket ticket, const AuditOutcome& outcome) {
  if (ticket.take() != nullptr) close(ticket.entry(), outcome);
}

}  // namespace tier0
