#include "server/operation/engine.h"

#include "server/base/log.h"
#include "server/crypto/crypto.h"
#include "server/operation/crash_point.h"
#include "server/operation/outcome.h"

namespace tier0 {
namespace {

constexpr std::size_t kQueueLimit = 4096;

Error with_operation(Error error, const std::string& id) {
  error.details.push_back({.field = "operation_id", .problem = id});
  return error;
}

Error shutting_down() {
  return {.code = Code::Overloaded,
          .message = "the server is shutting down",
          .hint = "Call again when it is back."};
}

Error is_held(const Held& held) {
  return with_operation({.code = Code::Locked,
                         .message = "operation " + held.operation + " works on " + held.name,
                         .hint = "Wait for it with wait-for-operation. If its outcome is unknown, "
                                 "a person resumes or abandons it with tier0 operations."},
                        held.operation);
}

Json without_secrets(Json arguments, const Tool& tool) {
  for (const std::string& name : tool.secret_arguments) arguments.erase(name);
  return arguments;
}

}  // namespace

Operations::Engine::Engine(const Registry& registry, OperationStore& store, AuditLog& audit,
                           StepWorlds& worlds, const Clock& clock, OperationOptions options)
    : registry_(registry),
      store_(store),
      audit_(audit),
      worlds_(worlds),
      clock_(clock),
      options_(std::move(options)),
      timer_(clock),
      pool_(std::make_unique<WorkerPool>(options_.threads, kQueueLimit)) {}

Result<Unit> Operations::Engine::write(const OperationRow& row, const JournalRow& line) {
  if (row.status != OperationStatus::Running && row.status != OperationStatus::Unknown) {
    const RunPointer run = find(row.id);
    if (run != nullptr && run->leases)
      releases_.note(*run->leases, clock_.now());
    else
      releases_.note_any(clock_.now());
  }
  const CrashPoint point;
  return store_.save(row, line);
}

OperationRow Operations::Engine::row_for(const OperationStart& request, const Plan& plan,
                                         const Runbook& runbook) {
  const WallTime now = clock_.wall();
  const ToolOutput output{.summary = plan.summary,
                          .data = plan.nothing_to_do ? plan.state : Json::object(),
                          .changed = !plan.nothing_to_do,
                          .warnings = plan.warnings};
  return {.id = crypto::random_id(),
          .tenant = request.tenant,
          .principal = request.principal,
          .agent = request.agent,
          .transport = request.transport,
          .call = request.call,
          .tool = request.tool,
          .runbook = runbook.version,
          .arguments = {},
          .arguments_digest = request.arguments_digest,
          .plan = request.plan,
          .idempotency_key = request.idempotency_key,
          .scope = request.scope,
          .step = plan.nothing_to_do ? static_cast<int>(runbook.steps.size()) : 0,
          .state = dump_json(plan.state),
          .output = output_text(output),
          .created = now,
          .updated = now,
          .owner = options_.owner,
          .lease_until = now + options_.lease,
          .fence = 1};
}

Result<Started> Operations::Engine::start(const OperationStart& request, const Plan& plan,
                                          AuditTicket& ticket) {
  const Tool* tool = registry_.find(request.tool);
  const auto* runbook = tool == nullptr ? nullptr : std::get_if<Runbook>(&tool->run);
  if (runbook == nullptr)
    return Error{.code = Code::Internal, .message = request.tool + " has no runbook"};
  OperationRow row = row_for(request, plan, *runbook);
  row.arguments = dump_json(without_secrets(request.arguments, *tool));
  if (!reserve(row.id)) return shutting_down();
  auto began = [&] {
    const CrashPoint point;
    return store_.begin(row, plan.leases);
  }();
  if (!began || !std::holds_alternative<Unit>(*began)) {
    drop(row.id);
    if (!began) return std::move(began).error();
    if (const auto* held = std::get_if<Held>(&*began)) return is_held(*held);
    return settle_taken(request, std::get<Taken>(*began));
  }
  if (releases_.any_since(request.planned, plan.leases)) return give_back(std::move(row));
  const std::string id = row.id;
  const RunPointer run = make_run(std::move(row), request.arguments, *tool);
  run->leases = plan.leases;
  run->ticket.emplace(std::move(ticket));
  add(run);
  drive_soon(id);
  return Started{.operation = id};
}

Error Operations::Engine::give_back(OperationRow row) {
  std::string hint = row.plan.empty() ? "Call again" : "Call without plan_id for a new plan";
  if (!row.idempotency_key.empty()) hint += ", with a new idempotency_key";
  Error error{.code = row.plan.empty() ? Code::Conflict : Code::PlanStale,
              .message =
                  "another operation ended on the same thing while its state was read; "
                  "nothing was changed",
              .hint = hint + "."};
  row.status = OperationStatus::Failed;
  row.error = dump_json(error_json(error));
  row.updated = clock_.wall();
  const JournalRow line{.time = row.updated,
                        .step = {},
                        .event = "failed",
                        .detail = dump_json({{"message", error.message}})};
  auto written = store_.save(row, line);
  drop(row.id);
  return written ? error : std::move(written).error();
}

Result<Started> Operations::Engine::settle_taken(const OperationStart& request,
                                                 const Taken& taken) {
  if (!taken.by_key)
    return with_operation({.code = Code::Conflict,
                           .message = "the plan was applied by operation " + taken.operation,
                           .hint = "Wait for it with wait-for-operation, or make a new plan."},
                          taken.operation);
  T0_TRY(const auto first, store_.operation(taken.operation));
  if (first && first->tool == request.tool && first->arguments_digest == request.arguments_digest)
    return Started{.operation = taken.operation, .replayed = true};
  return with_operation({.code = Code::IdempotencyConflict,
                         .message = "this idempotency_key was used for something else",
                         .hint = "Take a new key."},
                        taken.operation);
}

Operations::Engine::RunPointer Operations::Engine::make_run(OperationRow row, Json arguments,
                                                            const Tool& tool) {
  const std::string id = row.id;
  const auto total = static_cast<double>(std::get<Runbook>(tool.run).steps.size());
  LoopInput input{.steps = std::get<Runbook>(tool.run).steps,
                  .output = &tool.output,
                  .arguments = std::move(arguments),
                  .row = std::move(row),
                  .wait_limit = options_.wait_limit,
                  .on_step = [this, id, total](int step, std::string_view name) {
                    report(id, step, total, std::string(name));
                  }};
  return std::make_shared<Run>(std::move(input), *this, clock_.now());
}

bool Operations::Engine::reserve(const std::string& id) {
  const MutexLock lock(mutex_);
  return !is_stopped_ && ours_.insert(id).second;
}

void Operations::Engine::add(const RunPointer& run) {
  {
    const MutexLock lock(mutex_);
    runs_[run->id] = run;
  }
  renew_later();
}

void Operations::Engine::drop(const std::string& id) {
  const MutexLock lock(mutex_);
  runs_.erase(id);
  ours_.erase(id);
}

Operations::Engine::RunPointer Operations::Engine::find(const std::string& id) const {
  const MutexLock lock(mutex_);
  const auto found = runs_.find(id);
  return found == runs_.end() ? nullptr : found->second;
}

Result<OperationSnapshot> Operations::Engine::snapshot(const std::string& id) {
  T0_TRY(const auto row, store_.operation(id));
  if (!row) return no_such_operation(id);
  return snapshot_of(*row, registry_.find(row->tool));
}

Result<std::vector<OperationSnapshot>> Operations::Engine::list(const std::string& principal,
                                                                std::size_t limit) {
  T0_TRY(const auto rows, store_.operations(principal, limit));
  std::vector<OperationSnapshot> list;
  for (const OperationRow& row : rows) list.push_back(snapshot_of(row, registry_.find(row.tool)));
  return list;
}

void Operations::Engine::shutdown() {
  {
    const MutexLock lock(mutex_);
    if (std::exchange(is_stopped_, true)) return;
  }
  stop_.request_stop();
  timer_.stop();
  pool_.reset();
  for (const auto& [watcher, id] : watchers_.all()) settle_watcher(watcher, id);
  std::map<std::string, RunPointer> left;
  {
    const MutexLock lock(mutex_);
    left.swap(runs_);
  }
  // The next process that resumes it records how the call ended.
  for (const auto& [id, run] : left)
    if (run->ticket) run->ticket->take();
}

}  // namespace tier0
