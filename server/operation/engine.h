#pragma once

#include <map>
#include <set>

#include "server/base/timer.h"
#include "server/base/worker_pool.h"
#include "server/operation/operations.h"
#include "server/operation/releases.h"
#include "server/operation/step_loop.h"
#include "server/operation/watchers.h"

namespace tier0 {

/// What stands behind Operations: the operations of this process, who runs them and when.
class Operations::Engine final : public Journal {
 public:
  Engine(const Registry& registry, OperationStore& store, AuditLog& audit, StepWorlds& worlds,
         const Clock& clock, OperationOptions options);

  Result<Started> start(const OperationStart& request, const Plan& plan, AuditTicket& ticket);
  Result<OperationSnapshot> snapshot(const std::string& id);
  Result<std::vector<OperationSnapshot>> list(const std::string& principal, std::size_t limit);
  WatchId watch(const std::string& id, TimePoint deadline, OperationWatcher watcher);
  void unwatch(WatchId id) { watchers_.take(id); }
  void resume_all();
  Result<Unit> resume(const std::string& id);
  Result<Unit> abandon(const std::string& id, const std::string& person);
  Result<Unit> audited(const std::string& tool, const std::string& id, const std::string& person,
                       const std::function<Result<Unit>()>& act);
  void shutdown();

  Result<Unit> write(const OperationRow& row, const JournalRow& line) override;

 private:
  /// One operation of this process. Its loop belongs to the thread that set `is_busy`.
  struct Run {
    Run(LoopInput input, Journal& journal, TimePoint started)
        : id(input.row.id), loop(std::move(input), journal), began(started) {}

    const std::string id;
    StepLoop loop;
    const TimePoint began;
    std::optional<LeaseNames> leases = {};  // empty: begun by another process
    std::optional<AuditTicket> ticket = {};
    bool is_busy = false;   // under the engine's lock
    bool is_asked = false;  // under the engine's lock: somebody came while it was busy
    std::optional<Timer::Id> alarm = {};
    std::chrono::milliseconds retry{100};
  };
  using RunPointer = std::shared_ptr<Run>;

  OperationRow row_for(const OperationStart& request, const Plan& plan, const Runbook& runbook);
  Result<Started> settle_taken(const OperationStart& request, const Taken& taken);
  /// Ends what was begun on a world that another operation may have changed since it was read.
  Error give_back(OperationRow row);
  RunPointer make_run(OperationRow row, Json arguments, const Tool& tool);
  void add(const RunPointer& run) EXCLUDES(mutex_);
  void drop(const std::string& id) EXCLUDES(mutex_);
  RunPointer find(const std::string& id) const EXCLUDES(mutex_);
  bool reserve(const std::string& id) EXCLUDES(mutex_);

  void submit(std::function<void()> job) EXCLUDES(mutex_);
  void drive_at(TimePoint when, Run& run);
  void drive_soon(const std::string& id);
  void drive(const std::string& id) EXCLUDES(mutex_);
  StepLoop::Turn run_in_world(Run& run);
  void after_turn(const RunPointer& run, StepLoop::Turn turn);
  void finish(const RunPointer& run);
  void report(const std::string& id, double done, double total, const std::string& message);

  void adopt_running();
  Result<Unit> adopt(const std::string& id);
  Result<Unit> refuse_to_run(OperationRow row, Error error);
  void close_in_store(const OperationRow& row, bool was_running);
  void renew_later() EXCLUDES(mutex_);
  void renew() EXCLUDES(mutex_);
  void settle_watcher(WatchId watcher, const std::string& id);
  void settle_if_ended(WatchId watcher, const std::string& id);

  const Registry& registry_;
  OperationStore& store_;
  AuditLog& audit_;
  StepWorlds& worlds_;
  const Clock& clock_;
  const OperationOptions options_;
  std::stop_source stop_;
  Watchers watchers_;
  Releases releases_;

  mutable Mutex mutex_;
  bool is_stopped_ GUARDED_BY(mutex_) = false;
  bool is_renewing_ GUARDED_BY(mutex_) = false;
  std::set<std::string> ours_ GUARDED_BY(mutex_);  // begun or being adopted here
  std::map<std::string, RunPointer> runs_ GUARDED_BY(mutex_);
  Timer timer_;
  std::unique_ptr<WorkerPool> pool_;
};

}  // namespace tier0
