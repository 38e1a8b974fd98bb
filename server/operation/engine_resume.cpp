// What a process does with operations that another one, or none, runs.
#include "server/base/log.h"
#include "server/crypto/crypto.h"
#include "server/operation/crash_point.h"
#include "server/operation/engine.h"
#include "server/operation/outcome.h"

namespace tier0 {
namespace {

constexpr std::chrono::milliseconds kAdoptAgain = std::chrono::seconds(5);

Error cannot_be_run(const OperationRow& row, const Tool* tool) {
  Error error{.code = Code::Unknown,
              .message = "this server has no tool " + row.tool + " with a runbook",
              .hint = "Start the tier0 that began it, or look at what it did."};
  const auto* runbook = tool == nullptr ? nullptr : std::get_if<Runbook>(&tool->run);
  if (runbook != nullptr)
    error.message = "it was begun with version " + std::to_string(row.runbook) +
                    " of the runbook of " + row.tool + ", and this server has version " +
                    std::to_string(runbook->version);
  return error;
}

bool can_run(const OperationRow& row, const Tool* tool) {
  const auto* runbook = tool == nullptr ? nullptr : std::get_if<Runbook>(&tool->run);
  return runbook != nullptr && runbook->version == row.runbook && row.step >= 0 &&
         row.step <= static_cast<int>(runbook->steps.size());
}

}  // namespace

void Operations::Engine::resume_all() {
  submit([this] { adopt_running(); });
}

void Operations::Engine::adopt_running() {
  bool again = false;
  auto rows = store_.running();
  if (!rows) {
    log::error("running operations cannot be read", {{"reason", rows.error().message}});
    again = true;
  } else {
    for (const OperationRow& row : *rows) {
      if (!reserve(row.id)) continue;
      const auto adopted = adopt(row.id);
      if (adopted || adopted.error().code == Code::Conflict) continue;
      log::error("an operation cannot be resumed",
                 {{"tool", row.tool}, {"call", row.call}, {"reason", adopted.error().message}});
      again = true;
    }
  }
  if (again) timer_.after(kAdoptAgain, [this] { resume_all(); });
}

/// The id is reserved; it stays so where the operation runs here afterwards.
Result<Unit> Operations::Engine::adopt(const std::string& id) {
  const WallTime now = clock_.wall();
  auto claimed = store_.claim(id, options_.owner, now, now + options_.lease);
  if (!claimed || !*claimed) {
    drop(id);
    if (!claimed) return std::move(claimed).error();
    return Error{.code = Code::Conflict,
                 .message = "operation " + id + " has ended, or another server runs it",
                 .hint = "tier0 operations show tells."};
  }
  OperationRow row = **std::move(claimed);
  const Tool* tool = registry_.find(row.tool);
  if (!can_run(row, tool)) {
    drop(id);
    Error error = cannot_be_run(row, tool);
    return refuse_to_run(std::move(row), std::move(error));
  }
  const bool was_running = row.status == OperationStatus::Running;
  auto arguments = parse_json(row.arguments);
  const RunPointer run =
      make_run(std::move(row), arguments ? *std::move(arguments) : Json::object(), *tool);
  // The call of an operation of unknown outcome was closed as such.
  if (was_running) run->ticket.emplace(audit_.reopen(audit_entry(run->loop.row(), tool)));
  run->loop.note_resumed(now);
  add(run);
  drive_soon(id);
  return Unit{};
}

Result<Unit> Operations::Engine::refuse_to_run(OperationRow row, Error error) {
  const bool was_running = row.status == OperationStatus::Running;
  row.status = OperationStatus::Unknown;
  row.error = dump_json(error_json(error));
  row.updated = clock_.wall();
  const JournalRow line{
      .time = row.updated, .event = "unknown", .detail = dump_json({{"message", error.message}})};
  T0_CHECK(write(row, line));
  close_in_store(row, was_running);
  return Unit{};
}

/// For an operation that ended without running here.
void Operations::Engine::close_in_store(const OperationRow& row, bool was_running) {
  const Tool* tool = registry_.find(row.tool);
  const OperationSnapshot snapshot = snapshot_of(row, tool);
  if (was_running)
    audit_.finish(audit_.reopen(audit_entry(row, tool)), audit_outcome(snapshot, {}));
  for (const Watchers::Pointer& watcher : watchers_.take_all(row.id)) watcher->settled(snapshot);
}

Result<Unit> Operations::Engine::resume(const std::string& id) {
  if (const RunPointer run = find(id)) {
    run->loop.wake();
    drive_soon(id);
    return Unit{};
  }
  T0_TRY(const auto known, snapshot(id));
  if (known.has_ended() && known.status != OperationStatus::Unknown)
    return has_ended_already(id, known.status);
  if (!reserve(id))
    return Error{.code = Code::Conflict, .message = "operation " + id + " is being resumed"};
  return adopt(id);
}

Result<Unit> Operations::Engine::abandon(const std::string& id, const std::string& person) {
  if (const RunPointer run = find(id)) {
    run->loop.abandon(person);
    drive_soon(id);
    return Unit{};
  }
  T0_TRY(const auto known, snapshot(id));
  if (known.has_ended() && known.status != OperationStatus::Unknown)
    return has_ended_already(id, known.status);
  const WallTime now = clock_.wall();
  T0_TRY(auto claimed, store_.claim(id, options_.owner, now, now + options_.lease));
  if (!claimed)
    return Error{.code = Code::Conflict,
                 .message = "another server runs operation " + id,
                 .hint = "Abandon it there."};
  OperationRow row = *std::move(claimed);
  const bool was_running = row.status == OperationStatus::Running;
  row.status = OperationStatus::Abandoned;
  row.updated = now;
  row.error = dump_json(error_json(abandoned_by(person)));
  T0_CHECK(write(row, {.time = now, .event = "abandoned", .detail = dump_json({{"by", person}})}));
  close_in_store(row, was_running);
  return Unit{};
}

Result<Unit> Operations::Engine::audited(const std::string& tool, const std::string& id,
                                         const std::string& person,
                                         const std::function<Result<Unit>()>& act) {
  T0_TRY(AuditTicket ticket, audit_.begin({.call = {crypto::random_id()},
                                           .time = clock_.wall(),
                                           .principal = person,
                                           .transport = "socket",
                                           .tool = tool,
                                           .effect = "write",
                                           .operation_id = id}));
  const Result<Unit> result = act();
  AuditOutcome outcome{.changed = result.has_value(), .operation_id = id};
  if (!result) {
    outcome.failure = result.error().code;
    outcome.summary = result.error().message;
  }
  audit_.finish(std::move(ticket), outcome);
  return result;
}

}  // namespace tier0
