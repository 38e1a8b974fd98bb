#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "server/base/mutex.h"
#include "server/store/operation_store.h"
#include "server/tool/runbook.h"
#include "server/tool/tool.h"

namespace tier0 {

/// Where a loop puts what happens: the row and one line, in one durable write.
class Journal {
 public:
  virtual ~Journal() = default;
  /// Kind conflict: another process has the operation, or it has ended.
  virtual Result<Unit> write(const OperationRow& row, const JournalRow& line) = 0;
};

/// What a loop needs to know about its operation.
struct LoopInput {
  std::span<const Step> steps;
  const Schema* output = nullptr;  // what it does not list never reaches the disk; null: all does
  Json arguments;
  OperationRow row;
  std::chrono::milliseconds wait_limit = std::chrono::hours(24);
  std::function<void(int step, std::string_view name)> on_step = {};
};

/// One operation's way through the steps of its runbook, and back where a step fails: the one place
/// that runs steps. Each is run only after its intent is in the journal, and what came of it is
/// written before the next. Used by one thread at a time; abandon and wake may come from any.
class StepLoop {
 public:
  enum class Turn {
    Waits,        // until row().wake
    Ended,        // row().status is no longer running
    Interrupted,  // by a stop; another process may go on from the journal
    Blocked,      // the journal cannot be written now; go() again later
    Lost,         // another process has it
  };

  /// A row with an open step was left by a process that is gone: the step is looked up first.
  StepLoop(LoopInput input, Journal& journal);

  /// Runs steps until there is something to wait for or nothing left to do.
  Turn go(ToolContext& world);

  /// Writes "resumed" before anything else.
  void note_resumed(WallTime now);
  /// Ends it without a world to run in: failed where nothing was begun, else unknown.
  Turn end_with(const Error& error, WallTime now);
  /// No further step is run once the running one has ended.
  void abandon(std::string person) EXCLUDES(mutex_);
  /// The next go() does not wait for the wake time.
  void wake() EXCLUDES(mutex_);

  const OperationRow& row() const { return row_; }
  std::size_t steps() const { return steps_.size(); }

 private:
  using Function = StepResult (*)(StepContext&);

  const Step& current() const { return steps_[static_cast<std::size_t>(row_.step)]; }
  bool is_past_the_last() const { return row_.step >= static_cast<int>(steps_.size()); }
  bool has_begun() const;
  bool is_any_effect_done() const;
  std::optional<Turn> flush();
  bool obey(ToolContext& world) EXCLUDES(mutex_);
  /// False: the world stopped in the middle of it and nothing was learnt.
  bool take_step(ToolContext& world);
  bool look_up_step(ToolContext& world);
  StepResult run_guarded(Function run, StepContext& step) const;
  Found find_guarded(StepContext& step) const;
  StepResult after_throw(const char* what) const;

  void settle(StepResult result, const Clock& clock);
  void step_done(WallTime now);
  void step_waits(TimePoint at, const Clock& clock);
  void step_failed(const Error& error, WallTime now);
  void step_unknown(const Error& error, WallTime now);
  void undo_before(int step);
  void keep_results();
  void record(const char* event, WallTime now, Json detail = Json::object());

  const std::span<const Step> steps_;
  const Schema* const schema_;
  const Json arguments_;
  const std::chrono::milliseconds wait_limit_;
  const std::function<void(int, std::string_view)> on_step_;
  Journal& journal_;

  OperationRow row_;
  Json state_;
  ToolOutput output_;
  bool must_find_;
  std::optional<JournalRow> unwritten_;  // with row_ as it is
  std::optional<WallTime> since_;        // the first run of the current step

  Mutex mutex_;
  std::optional<std::string> abandoned_by_ GUARDED_BY(mutex_);
  bool is_woken_ GUARDED_BY(mutex_) = false;
};

}  // namespace tier0
