#pragma once

#include <string>
#include <string_view>

#include "server/audit/audit_log.h"
#include "server/store/store.h"

namespace tier0 {

// Rows before they join a chain: writer, seq, prev and hash are still empty.
AuditRow begin_row(const AuditEntry& entry);
AuditRow refused_row(const AuditEntry& entry, const Error& error);
AuditRow finish_row(const AuditEntry& entry, const AuditOutcome& outcome, WallTime when);
/// `event` is start or stop.
AuditRow process_row(std::string_view event, WallTime when, const Json& details);

/// All columns but `hash`, under their names; the time is milliseconds since 1970.
Json hashed_columns(const AuditRow& row);

/// sha256, hex, over those columns as JSON: keys sorted, without spaces, UTF-8.
std::string hash_of(const AuditRow& row);

}  // namespace tier0
