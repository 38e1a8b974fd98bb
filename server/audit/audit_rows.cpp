#include "server/audit/audit_rows.h"

#include "server/base/text.h"
#include "server/crypto/crypto.h"

namespace tier0 {
namespace {

constexpr std::size_t kNameLimit = 128;
constexpr std::size_t kTextLimit = 500;
constexpr std::size_t kJsonLimit = 16 * 1024;

AuditRow identity_row(std::string_view event, const AuditEntry& entry, WallTime when) {
  return {.writer = {},
          .event = std::string(event),
          .time = when,
          .tenant = clean_text(entry.tenant, kNameLimit),
          .call = clean_text(entry.call.value, kNameLimit),
          .principal = clean_text(entry.principal, kNameLimit),
          .agent = clean_text(entry.agent, kNameLimit),
          .transport = clean_text(entry.transport, kNameLimit),
          .tool = clean_text(entry.tool, kNameLimit),
          .effect = clean_text(entry.effect, kNameLimit),
          .kind = {},
          .details = {},
          .prev = {},
          .hash = {}};
}

void put(Json& details, const char* key, const std::string& text, std::size_t limit = kTextLimit) {
  if (!text.empty()) details[key] = clean_text(text, limit);
}

/// One call must not fill the disk with its arguments.
void put_bounded(Json& details, const char* key, const Json& value) {
  if (value.empty()) return;
  const std::size_t bytes = dump_json(value).size();
  details[key] = bytes <= kJsonLimit ? value : Json{{"too_long", std::to_string(bytes) + " bytes"}};
}

Json entry_details(const AuditEntry& entry) {
  Json details = Json::object();
  put(details, "verdict", entry.decision.verdict);
  put(details, "grant", entry.decision.grant);
  if (entry.decision.policy_generation != 0) details["policy"] = entry.decision.policy_generation;
  put_bounded(details, "arguments", entry.arguments);
  put_bounded(details, "targets", entry.targets);
  put(details, "plan_id", entry.plan_id);
  put(details, "operation_id", entry.operation_id);
  return details;
}

}  // namespace

AuditRow begin_row(const AuditEntry& entry) {
  AuditRow row = identity_row("begin", entry, entry.time);
  row.details = dump_json(entry_details(entry));
  return row;
}

AuditRow refused_row(const AuditEntry& entry, const Error& error) {
  AuditRow row = identity_row("refused", entry, entry.time);
  row.kind = to_string(error.code);
  Json details = entry_details(entry);
  put(details, "summary", error.message);
  row.details = dump_json(details);
  return row;
}

AuditRow finish_row(const AuditEntry& entry, const AuditOutcome& outcome, WallTime when) {
  AuditRow row = identity_row("finish", entry, when);
  row.kind = outcome.failure ? to_string(*outcome.failure) : "ok";
  Json details = Json::object();
  details["changed"] = outcome.changed ? Json(*outcome.changed) : Json(nullptr);
  details["duration_us"] = outcome.duration.count();
  put(details, "summary", outcome.summary);
  put(details, "evidence", outcome.evidence_digest);
  put(details, "plan_id", outcome.plan_id);
  put(details, "operation_id", outcome.operation_id);
  row.details = dump_json(details);
  return row;
}

AuditRow process_row(std::string_view event, WallTime when, const Json& details) {
  AuditRow row = identity_row(event, {}, when);
  row.details = dump_json(details);
  return row;
}

Json hashed_columns(const AuditRow& row) {
  return {{"writer", row.writer},       {"seq", row.seq},
          {"event", row.event},         {"time", row.time.time_since_epoch().count()},
          {"tenant", row.tenant},       {"call", row.call},
          {"principal", row.principal}, {"agent", row.agent},
          {"transport", row.transport}, {"tool", row.tool},
          {"effect", row.effect},       {"kind", row.kind},
          {"details", row.details},     {"prev", row.prev}};
}

std::string hash_of(const AuditRow& row) {
  return crypto::sha256_hex(dump_json(hashed_columns(row)));
}

}  // namespace tier0
