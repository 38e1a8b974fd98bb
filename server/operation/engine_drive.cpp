// How an operation of this process gets its turns: who runs it, when, and what follows.
#include "server/base/log.h"
#include "server/operation/engine.h"
#include "server/operation/outcome.h"

namespace tier0 {
namespace {

constexpr std::chrono::milliseconds kLongestRetry = std::chrono::seconds(30);

/// What a step reports of itself, as a part of the whole.
class StepProgress final : public Progress {
 public:
  using Sink = std::function<void(double part, const std::string& message)>;
  explicit StepProgress(Sink sink) : sink_(std::move(sink)) {}

  void report(double done, double total, const std::string& message) override {
    sink_(total > 0 ? std::clamp(done / total, 0.0, 1.0) : 0.0, message);
  }

 private:
  const Sink sink_;
};

}  // namespace

void Operations::Engine::submit(std::function<void()> job) {
  const MutexLock lock(mutex_);
  if (is_stopped_ || pool_->submit(job)) return;
  timer_.after(std::chrono::milliseconds(100), [this, job = std::move(job)] { submit(job); });
}

void Operations::Engine::drive_soon(const std::string& id) {
  submit([this, id] { drive(id); });
}

void Operations::Engine::drive_at(TimePoint when, Run& run) {
  if (run.alarm) timer_.cancel(*run.alarm);
  run.alarm = timer_.at(when, [this, id = run.id] { drive_soon(id); });
}

void Operations::Engine::drive(const std::string& id) {
  RunPointer run;
  {
    const MutexLock lock(mutex_);
    const auto found = runs_.find(id);
    if (found == runs_.end()) return;
    run = found->second;
    run->is_asked = run->is_busy;
    if (std::exchange(run->is_busy, true)) return;
  }
  after_turn(run, run_in_world(*run));
  bool is_asked = false;
  {
    const MutexLock lock(mutex_);
    run->is_busy = false;
    is_asked = std::exchange(run->is_asked, false);
  }
  if (is_asked) drive_soon(id);
}

StepLoop::Turn Operations::Engine::run_in_world(Run& run) {
  const Cancel cancel{.stop = stop_.get_token(), .deadline = clock_.now() + options_.step_deadline};
  const auto steps = static_cast<double>(run.loop.steps());
  StepProgress progress([this, &run, steps](double part, const std::string& message) {
    report(run.id, run.loop.row().step + part, steps, message);
  });
  StepLoop::Turn turn = StepLoop::Turn::Blocked;
  Result<Unit> entered = Unit{};
  try {
    entered = worlds_.enter(run.loop.row(), cancel, progress,
                            [&](ToolContext& world) { turn = run.loop.go(world); });
  } catch (const std::exception& bug) {
    log::error("an operation threw", {{"call", run.id}, {"reason", bug.what()}});
    entered = Error{.code = Code::Internal,
                    .message = "a fault of tier0 between two steps",
                    .hint = "The server's log has more."};
  }
  if (entered) return turn;
  if (stop_.stop_requested()) return StepLoop::Turn::Interrupted;
  return run.loop.end_with(entered.error(), clock_.wall());
}

void Operations::Engine::after_turn(const RunPointer& run, StepLoop::Turn turn) {
  switch (turn) {
    case StepLoop::Turn::Waits: {
      run->retry = std::chrono::milliseconds(100);
      const auto wait = run->loop.row().wake - clock_.wall();
      drive_at(clock_.now() + std::max(wait, wait.zero()), *run);
      return;
    }
    case StepLoop::Turn::Blocked:
      log::error("the journal cannot be written; the operation waits", {{"call", run->id}});
      drive_at(clock_.now() + run->retry, *run);
      run->retry = std::min(run->retry * 2, kLongestRetry);
      return;
    case StepLoop::Turn::Ended:
      finish(run);
      return;
    case StepLoop::Turn::Lost:
      log::warn("another process has taken an operation over", {{"call", run->id}});
      if (run->ticket) run->ticket->take();
      drop(run->id);
      return;
    case StepLoop::Turn::Interrupted:
      return;
  }
}

void Operations::Engine::finish(const RunPointer& run) {
  const OperationRow& row = run->loop.row();
  const OperationSnapshot snapshot = snapshot_of(row, registry_.find(row.tool));
  if (run->ticket) {
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(clock_.wall() - row.created);
    audit_.finish(*std::move(run->ticket), audit_outcome(snapshot, took));
    run->ticket.reset();
  }
  log::info(
      "operation ended",
      {{"call", row.call}, {"tool", row.tool}, {"status", std::string(to_string(row.status))}});
  drop(run->id);
  for (const Watchers::Pointer& watcher : watchers_.take_all(run->id)) watcher->settled(snapshot);
}

void Operations::Engine::report(const std::string& id, double done, double total,
                                const std::string& message) {
  for (const Watchers::Pointer& watcher : watchers_.of(id))
    if (watcher->progress) watcher->progress(done, total, message);
}

void Operations::Engine::renew_later() {
  {
    const MutexLock lock(mutex_);
    if (is_stopped_ || runs_.empty() || std::exchange(is_renewing_, true)) return;
  }
  timer_.after(options_.lease / 3, [this] { submit([this] { renew(); }); });
}

void Operations::Engine::renew() {
  if (const auto renewed = store_.renew(options_.owner, clock_.wall() + options_.lease); !renewed)
    log::warn("leases of operations were not renewed", {{"reason", renewed.error().message}});
  {
    const MutexLock lock(mutex_);
    is_renewing_ = false;
  }
  renew_later();
}

Operations::WatchId Operations::Engine::watch(const std::string& id, TimePoint deadline,
                                              OperationWatcher watcher) {
  const WatchId watch = watchers_.add(id, std::move(watcher));
  if (deadline != TimePoint::max())
    timer_.at(deadline, [this, watch, id] { submit([=, this] { settle_watcher(watch, id); }); });
  // What runs here settles its watchers when it ends; it was not gone when this one joined them.
  if (find(id) == nullptr) submit([this, watch, id] { settle_if_ended(watch, id); });
  return watch;
}

void Operations::Engine::settle_watcher(WatchId watcher, const std::string& id) {
  if (const auto taken = watchers_.take(watcher)) taken->settled(snapshot(id));
}

void Operations::Engine::settle_if_ended(WatchId watcher, const std::string& id) {
  auto known = snapshot(id);
  if (known && !known->has_ended()) return;
  if (const auto taken = watchers_.take(watcher)) taken->settled(std::move(known));
}

}  // namespace tier0
