#pragma once

#include <string>

#include "server/operation/operations.h"

namespace tier0 {

// What an operation keeps of outputs and errors, as JSON, and what it says of them afterwards.

std::string output_text(const ToolOutput& output);
/// Anything missing or of another type is left at its default.
ToolOutput parse_output(const std::string& text);

/// {kind, message, hint, undone: [step], stays: [step]}
Json error_json(const Error& error);

/// What a person or agent is told of an operation that ended badly: the kind follows the status.
Error error_of(const OperationRow& row);

/// `tool` may be gone: null.
OperationSnapshot snapshot_of(const OperationRow& row, const Tool* tool);

/// For the audit of the call that started it.
AuditOutcome audit_outcome(const OperationSnapshot& snapshot, std::chrono::microseconds took);

/// Who and what of that call, from the row alone; `tool` may be gone: null.
AuditEntry audit_entry(const OperationRow& row, const Tool* tool);

Error abandoned_by(const std::string& person);
/// The error of a thing that is not there, or of an operation that has ended.
Error no_such_operation(const std::string& id);
Error has_ended_already(const std::string& id, OperationStatus status);

}  // namespace tier0
