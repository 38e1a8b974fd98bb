#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/audit/audit_log.h"
#include "server/base/cancel.h"
#include "server/base/clock.h"
#include "server/base/progress.h"
#include "server/store/operation_store.h"
#include "server/tool/registry.h"

namespace tier0 {

/// Who starts an operation and with what. `arguments` are resolved and without plan_id, wait and
/// idempotency_key; secret ones stay in memory and are not stored.
struct OperationStart {
  std::string tenant = {};
  std::string principal;
  std::string agent = {};
  std::string transport = {};
  std::string call = {};  // the audit's id
  std::string tool;
  Json arguments = Json::object();
  std::string arguments_digest = {};
  std::string plan = {};             // id of the stored plan that is applied; empty: none
  std::string idempotency_key = {};  // empty: none
  std::string scope = {};            // JSON for StepWorlds, after a restart too
  /// When the reading that the plan rests on began.
  TimePoint planned = TimePoint::max();
};

struct Started {
  std::string operation;
  bool replayed = false;  // the idempotency key had started this one before
};

/// What is known about an operation at one moment.
struct OperationSnapshot {
  std::string id;
  std::string tenant;
  std::string principal;
  std::string agent;
  std::string tool;
  std::string plan;
  OperationStatus status = OperationStatus::Running;
  int step = 0;                // of the steps, how many are done
  int steps = 0;               // 0: the tool is gone
  std::string step_name = {};  // the one that runs, waits or failed
  bool is_undoing = false;
  ToolOutput output = {};      // whole once the status is done; its `changed` always holds
  std::optional<Error> error;  // of every status but running and done: partial, unknown,
                               // timeout_unknown, cancelled (abandoned), or the failed step's own
  WallTime created = {};
  WallTime updated = {};

  bool has_ended() const { return status != OperationStatus::Running; }
};

/// Makes the world that an operation's steps run in. Thread-safe.
class StepWorlds {
 public:
  virtual ~StepWorlds() = default;
  /// Calls `steps` once, in this thread, with what the row's principal and scope allow; cancel,
  /// progress and clock of the context are the given ones, dry_run is false. An error, without
  /// having called: there is no such world now (an account is gone); the operation becomes unknown.
  virtual Result<Unit> enter(const OperationRow& operation, const Cancel& cancel,
                             Progress& progress,
                             const std::function<void(ToolContext&)>& steps) = 0;
};

/// Somebody who wants to know. Called on the engine's threads without any lock, never from inside
/// watch(); must not block. What it refers to it owns: after unwatch() a call may still be running.
struct OperationWatcher {
  /// Step `done` of `total` begins or reports; may be empty.
  std::function<void(double done, double total, const std::string& message)> progress = {};
  /// Once: at the end, at the deadline (the status is running then), or when the engine stops. The
  /// error is the store's, or not_found.
  std::function<void(Result<OperationSnapshot>)> settled;
};

struct OperationOptions {
  /// Who holds the leases. One process owns a state directory, so all of its processes bear one
  /// name, and whoever has the lock takes over without waiting for the lease to expire.
  std::string owner = "state-directory";
  std::size_t threads = 4;
  std::chrono::milliseconds lease = std::chrono::minutes(1);
  std::chrono::milliseconds step_deadline = std::chrono::minutes(10);  // of one run of a step
  std::chrono::milliseconds wait_limit = std::chrono::hours(24);       // of all runs of a step
};

/// The runbook engine: runs the steps of operations on threads of its own, each step's intent on
/// disk before it is run and its outcome after. A call that started one can go away. Thread-safe.
class Operations {
 public:
  /// All of them outlive it. Nothing is read and no thread made before the first question.
  Operations(const Registry& registry, OperationStore& store, AuditLog& audit, StepWorlds& worlds,
             const Clock& clock, OperationOptions options = {});
  ~Operations();  // shutdown()
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;

  /// Begins durably and returns; the steps follow. Where it began, `ticket` is taken over and
  /// closed when the operation ends, after a restart too; else it stays the caller's. A plan with
  /// nothing_to_do ends at once as done, unchanged.
  /// Kinds: locked (another operation holds a lease; it is named), conflict (the plan was applied;
  /// by which operation), plan_stale or, without a stored plan, conflict (another operation had one
  /// of the leases while the plan was made), idempotency_conflict (the key was used with other
  /// arguments), not_found (no such plan), overloaded (shutting down), internal (the store).
  /// `operation_id` is in details where there is one.
  Result<Started> start(const OperationStart& request, const Plan& plan, AuditTicket& ticket);

  /// Kind not_found where there is none; whose it may be shown to is the caller's business.
  Result<OperationSnapshot> snapshot(const std::string& id);
  /// The newest first; an empty principal means everybody's.
  Result<std::vector<OperationSnapshot>> list(const std::string& principal, std::size_t limit);

  using WatchId = std::uint64_t;
  /// No thread waits meanwhile.
  WatchId watch(const std::string& id, TimePoint deadline, OperationWatcher watcher);
  void unwatch(WatchId id);

  /// Takes over what an earlier process left running: an open step is looked up with its `find`.
  /// Returns at once; the work happens on the engine's threads.
  void resume_all();

  /// For a person: has another look at an operation of unknown outcome, or wakes one that waits.
  /// Audited as the person's. Kinds not_found, conflict (it has ended).
  Result<Unit> resume(const std::string& id, const std::string& person);
  /// For a person: no further step is run and the leases are free; nothing is undone. A running
  /// step ends first. Audited as the person's. Kinds not_found, conflict (it has ended).
  Result<Unit> abandon(const std::string& id, const std::string& person);

  /// Settles the watchers, stops the steps that run, and leaves every unfinished operation on disk
  /// for the next process. Nothing is started afterwards.
  void shutdown();

  class Engine;

 private:
  const std::unique_ptr<Engine> engine_;
};

/// What the call that started the operation answers: the output, or the error; a running one gives
/// `{changed: null}` with the next call to make.
Result<ToolOutput> answer_of(const OperationSnapshot& snapshot);

}  // namespace tier0
