#include "server/operation/outcome.h"

#include "server/crypto/crypto.h"

namespace tier0 {
namespace {

Code code_named(std::string_view name) {
  for (std::size_t i = 0; i < kCodeNames.size(); ++i)
    if (kCodeNames[i] == name) return static_cast<Code>(i);
  return Code::Internal;
}

Json array_member(const Json& value, std::string_view key) {
  const Json* member = find_member(value, key);
  return member != nullptr && member->is_array() ? *member : Json::array();
}

std::string joined(const Json& names) {
  std::string text;
  for (const Json& name : names)
    if (name.is_string()) text += (text.empty() ? "" : ", ") + name.get<std::string>();
  return text;
}

Code code_of(OperationStatus status, Code own) {
  switch (status) {
    case OperationStatus::Partial:
      return Code::Partial;
    case OperationStatus::Abandoned:
      return Code::Cancelled;
    case OperationStatus::Unknown:
      return own == Code::Timeout || own == Code::TimeoutUnknown ? Code::TimeoutUnknown
                                                                 : Code::Unknown;
    case OperationStatus::Running:
    case OperationStatus::Done:
    case OperationStatus::Failed:
      return own;
  }
  return own;
}

/// `changed` of an operation, whatever its last step left there.
std::optional<bool> changed_of(OperationStatus status, std::optional<bool> left) {
  switch (status) {
    case OperationStatus::Done:
      return left;
    case OperationStatus::Failed:
      return false;
    case OperationStatus::Partial:
      return true;
    case OperationStatus::Running:
    case OperationStatus::Unknown:
    case OperationStatus::Abandoned:
      return std::nullopt;
  }
  return std::nullopt;
}

const Runbook* runbook_of(const Tool* tool) {
  return tool == nullptr ? nullptr : std::get_if<Runbook>(&tool->run);
}

}  // namespace

std::string output_text(const ToolOutput& output) {
  return dump_json({{"summary", output.summary},
                    {"data", output.data},
                    {"changed", output.changed ? Json(*output.changed) : Json(nullptr)},
                    {"warnings", output.warnings},
                    {"next", output.next},
                    {"evidence", output.evidence}});
}

ToolOutput parse_output(const std::string& text) {
  ToolOutput output;
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return output;
  output.summary = string_member(*json, "summary");
  if (const Json* data = find_member(*json, "data")) output.data = *data;
  const Json* changed = find_member(*json, "changed");
  output.changed.reset();
  if (changed != nullptr && changed->is_boolean()) output.changed = changed->get<bool>();
  for (const Json& warning : array_member(*json, "warnings"))
    if (warning.is_string()) output.warnings.push_back(warning.get<std::string>());
  output.next = array_member(*json, "next");
  output.evidence = array_member(*json, "evidence");
  return output;
}

Json error_json(const Error& error) {
  return {{"kind", to_string(error.code)},    {"message", error.message}, {"hint", error.hint},
          {"upstream_id", error.upstream_id}, {"undone", Json::array()},  {"stays", Json::array()}};
}

Error error_of(const OperationRow& row) {
  const auto json = parse_json(row.error);
  if (!json || !json->is_object())
    return {.code = code_of(row.status, Code::Internal),
            .message = "the operation ended as " + std::string(to_string(row.status))};
  Error error{.code = code_of(row.status, code_named(string_member(*json, "kind"))),
              .message = string_member(*json, "message"),
              .hint = string_member(*json, "hint"),
              .upstream_id = string_member(*json, "upstream_id")};
  const std::string undone = joined(array_member(*json, "undone"));
  const std::string stays = joined(array_member(*json, "stays"));
  if (!undone.empty()) error.message += "; undone: " + undone;
  if (!stays.empty()) error.message += "; could not be undone: " + stays;
  if (row.status == OperationStatus::Unknown)
    error.hint += std::string(error.hint.empty() ? "" : " ") +
                  "Read the state; then a person runs tier0 operations resume or abandon " +
                  row.id + ".";
  return error;
}

OperationSnapshot snapshot_of(const OperationRow& row, const Tool* tool) {
  OperationSnapshot snapshot{.id = row.id,
                             .tenant = row.tenant,
                             .principal = row.principal,
                             .agent = row.agent,
                             .tool = row.tool,
                             .plan = row.plan,
                             .status = row.status,
                             .step = row.step,
                             .is_undoing = row.is_undoing,
                             .output = parse_output(row.output),
                             .error = std::nullopt,
                             .created = row.created,
                             .updated = row.updated};
  if (const Runbook* runbook = runbook_of(tool)) {
    snapshot.steps = static_cast<int>(runbook->steps.size());
    if (row.step >= 0 && row.step < snapshot.steps)
      snapshot.step_name = runbook->steps[static_cast<std::size_t>(row.step)].name;
  }
  snapshot.output.changed = changed_of(row.status, snapshot.output.changed);
  if (row.status != OperationStatus::Running && row.status != OperationStatus::Done)
    snapshot.error = error_of(row);
  return snapshot;
}

AuditOutcome audit_outcome(const OperationSnapshot& snapshot, std::chrono::microseconds took) {
  AuditOutcome outcome{.changed = snapshot.output.changed,
                       .summary = snapshot.output.summary,
                       .duration = took,
                       .plan_id = snapshot.plan,
                       .operation_id = snapshot.id};
  if (!snapshot.output.evidence.empty())
    outcome.evidence_digest = crypto::sha256_hex(dump_json(snapshot.output.evidence));
  if (!snapshot.error) return outcome;
  outcome.failure = snapshot.error->code;
  outcome.summary = snapshot.error->message;
  return outcome;
}

AuditEntry audit_entry(const OperationRow& row, const Tool* tool) {
  AuditEntry entry{.call = {row.call},
                   .time = row.created,
                   .principal = row.principal,
                   .agent = row.agent,
                   .tenant = row.tenant,
                   .transport = row.transport,
                   .tool = row.tool};
  if (tool != nullptr) entry.effect = to_string(tool->effect);
  return entry;
}

Error abandoned_by(const std::string& person) {
  return {.code = Code::Cancelled,
          .message = person + " abandoned it; nothing was undone",
          .hint = "Read the state before starting anew."};
}

Error no_such_operation(const std::string& id) {
  return {.code = Code::NotFound,
          .message = "there is no operation " + id,
          .hint = "tier0 operations list shows them."};
}

Error has_ended_already(const std::string& id, OperationStatus status) {
  return {.code = Code::Conflict,
          .message = "operation " + id + " has ended already: " + std::string(to_string(status)),
          .hint = "Start a new one if there is still something to do."};
}

Result<ToolOutput> answer_of(const OperationSnapshot& snapshot) {
  if (snapshot.error) return *snapshot.error;
  if (snapshot.status == OperationStatus::Done) return snapshot.output;
  ToolOutput running;
  running.summary = snapshot.tool + " runs";
  if (!snapshot.step_name.empty())
    running.summary += ": " + snapshot.step_name + ", step " + std::to_string(snapshot.step + 1) +
                       " of " + std::to_string(snapshot.steps);
  running.changed = std::nullopt;
  running.warnings = snapshot.output.warnings;
  running.next.push_back({{"tool", "wait-for-operation"},
                          {"arguments", {{"operation_id", snapshot.id}}},
                          {"why", "it goes on by itself; this waits for its end"}});
  return running;
}

}  // namespace tier0
