#include "server/audit/list.h"

#include "server/audit/audit_rows.h"

namespace tier0 {
namespace {

/// The details of a row that may have been tampered with: anything but an object is left out.
void merge_details(Json& into, const AuditRow& row) {
  const Result<Json> details = parse_json(row.details);
  if (details && details->is_object()) into.update(*details);
}

void describe_end(Json& call, const AuditCall& recorded) {
  if (recorded.begin.event == "refused") {
    call["state"] = "refused";
    call["kind"] = recorded.begin.kind;
    return;
  }
  if (recorded.finish) {
    call["state"] = "done";
    call["kind"] = recorded.finish->kind;
    merge_details(call, *recorded.finish);
    return;
  }
  call["state"] = recorded.writer_gone ? "lost" : "open";
  if (recorded.writer_gone) call["kind"] = to_string(Code::Unknown);
  call["summary"] = recorded.writer_gone
                        ? "began, outcome unknown: its process ended without recording one"
                        : "began, no outcome yet";
}

Json describe(const AuditCall& recorded) {
  const AuditRow& row = recorded.begin;
  Json call = {{"call", row.call},   {"time", format_time(row.time)}, {"principal", row.principal},
               {"agent", row.agent}, {"tenant", row.tenant},          {"transport", row.transport},
               {"tool", row.tool},   {"effect", row.effect}};
  merge_details(call, row);
  describe_end(call, recorded);
  return call;
}

}  // namespace

Result<std::vector<Json>> list_audit(Store& store, const AuditFilter& filter) {
  T0_TRY(const std::vector<AuditCall> calls, store.audit_calls(filter));
  std::vector<Json> list;
  for (const AuditCall& call : calls) list.push_back(describe(call));
  return list;
}

Json to_json(const AuditRow& row) {
  Json columns = hashed_columns(row);
  columns["hash"] = row.hash;
  return columns;
}

}  // namespace tier0
