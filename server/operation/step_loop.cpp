#include "server/operation/step_loop.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "server/base/log.h"
#include "server/operation/outcome.h"

namespace tier0 {
namespace {

/// Of a step that was never begun, or that only reads, nothing can be left behind.
bool has_effect(const Step& step) {
  return step.find != only_reads;
}

bool can_be_undone(const Step& step) {
  return step.undo != nullptr && step.undo != nothing_stays;
}

Json parse_state(const std::string& text) {
  auto state = parse_json(text);
  return state ? *std::move(state) : Json::object();
}

}  // namespace

StepLoop::StepLoop(LoopInput input, Journal& journal)
    : steps_(input.steps),
      schema_(input.output),
      arguments_(std::move(input.arguments)),
      wait_limit_(input.wait_limit),
      on_step_(std::move(input.on_step)),
      journal_(journal),
      row_(std::move(input.row)),
      state_(parse_state(row_.state)),
      output_(parse_output(row_.output)),
      must_find_(row_.is_open) {}

StepLoop::Turn StepLoop::go(ToolContext& world) {
  for (;;) {
    if (const auto stopped = flush()) return *stopped;
    if (row_.status != OperationStatus::Running) return Turn::Ended;
    if (!obey(world)) continue;
    if (is_past_the_last()) {
      row_.status = OperationStatus::Done;
      record("done", world.clock.wall());
      continue;
    }
    if (row_.wake > world.clock.wall()) return Turn::Waits;
    if (world.cancel.stop.stop_requested()) return Turn::Interrupted;
    if (must_find_) {
      if (!look_up_step(world)) return Turn::Interrupted;
      continue;
    }
    if (!row_.is_open) {
      row_.is_open = true;
      record(row_.is_undoing ? "undo" : "intent", world.clock.wall());
      continue;
    }
    if (!take_step(world)) return Turn::Interrupted;
  }
}

std::optional<StepLoop::Turn> StepLoop::flush() {
  if (!unwritten_) return std::nullopt;
  const auto written = journal_.write(row_, *unwritten_);
  if (!written) return written.error().code == Code::Conflict ? Turn::Lost : Turn::Blocked;
  unwritten_.reset();
  return std::nullopt;
}

bool StepLoop::obey(ToolContext& world) {
  std::optional<std::string> person;
  {
    const MutexLock lock(mutex_);
    person = abandoned_by_;
    if (std::exchange(is_woken_, false)) row_.wake = {};
  }
  if (!person) return true;
  row_.status = OperationStatus::Abandoned;
  row_.error = dump_json(error_json(abandoned_by(*person)));
  record("abandoned", world.clock.wall(), {{"by", *person}});
  return false;
}

void StepLoop::abandon(std::string person) {
  const MutexLock lock(mutex_);
  abandoned_by_ = std::move(person);
}

void StepLoop::wake() {
  const MutexLock lock(mutex_);
  is_woken_ = true;
}

void StepLoop::note_resumed(WallTime now) {
  row_.status = OperationStatus::Running;
  record("resumed", now);
}

StepLoop::Turn StepLoop::end_with(const Error& error, WallTime now) {
  if (row_.status == OperationStatus::Running && !unwritten_) {
    if (has_begun()) {
      step_unknown(error, now);
    } else {
      row_.status = OperationStatus::Failed;
      row_.error = dump_json(error_json(error));
      record("failed", now);
    }
  }
  if (const auto stopped = flush()) return *stopped;
  return row_.status == OperationStatus::Running ? Turn::Blocked : Turn::Ended;
}

bool StepLoop::has_begun() const {
  return row_.is_undoing || row_.is_open || is_any_effect_done();
}

bool StepLoop::is_any_effect_done() const {
  const auto done = steps_.first(static_cast<std::size_t>(row_.step));
  return std::any_of(done.begin(), done.end(), has_effect);
}

bool StepLoop::take_step(ToolContext& world) {
  const Step& step = current();
  if (on_step_) on_step_(row_.step, step.name);
  if (!since_) since_ = world.clock.wall();
  StepContext context{.tool = world, .args = arguments_, .state = state_, .output = output_};
  StepResult result = run_guarded(row_.is_undoing ? step.undo : step.run, context);
  if (world.cancel.stop.stop_requested()) {
    if (std::holds_alternative<Unknown>(result) && step.find != nullptr) return false;
    const auto* failed = std::get_if<Failed>(&result);
    // Not the world's failure but our own end: it did not happen and can be run later.
    if (failed != nullptr && failed->error.code == Code::Cancelled)
      result = Again{world.clock.now()};
  }
  keep_results();
  settle(std::move(result), world.clock);
  return true;
}

bool StepLoop::look_up_step(ToolContext& world) {
  const WallTime now = world.clock.wall();
  if (on_step_) on_step_(row_.step, current().name);
  if (current().find == nullptr) {
    step_unknown({.code = Code::Unknown,
                  .message = "the server ended in the middle of " + std::string(current().name) +
                             ", and nothing can tell whether it happened"},
                 now);
    return true;
  }
  StepContext context{.tool = world, .args = arguments_, .state = state_, .output = output_};
  Found found = find_guarded(context);
  if (world.cancel.stop.stop_requested() && std::holds_alternative<Unknown>(found)) return false;
  keep_results();
  if (auto* unknown = std::get_if<Unknown>(&found)) {
    step_unknown(unknown->error, now);
  } else if (const auto* again = std::get_if<Again>(&found)) {
    step_waits(again->at, world.clock);
    row_.is_open = true;
  } else {
    // The effect is looked for, so going back it must be absent for the step to be undone.
    const bool there = std::holds_alternative<Done>(found);
    must_find_ = false;
    if (there != row_.is_undoing && (there || has_effect(current()))) step_done(now);
  }
  return true;
}

StepResult StepLoop::run_guarded(Function run, StepContext& step) const {
  try {
    return run(step);
  } catch (const std::exception& bug) {
    return after_throw(bug.what());
  }
}

Found StepLoop::find_guarded(StepContext& step) const {
  try {
    return current().find(step);
  } catch (const std::exception& bug) {
    log::error("looking for a step's effect threw",
               {{"tool", row_.tool}, {"call", row_.call}, {"reason", bug.what()}});
    return Unknown{{.code = Code::Internal,
                    .message = "a fault of tier0 while looking for what " +
                               std::string(current().name) + " did"}};
  }
}

StepResult StepLoop::after_throw(const char* what) const {
  log::error("a step threw", {{"tool", row_.tool}, {"call", row_.call}, {"reason", what}});
  Error error{.code = Code::Internal,
              .message = "a fault of tier0 in step " + std::string(current().name),
              .hint = "The server's log has more."};
  if (!row_.is_undoing && !has_effect(current()) && !is_any_effect_done())
    return Failed{std::move(error)};
  return Unknown{std::move(error)};
}

void StepLoop::settle(StepResult result, const Clock& clock) {
  const WallTime now = clock.wall();
  if (const auto* again = std::get_if<Again>(&result)) return step_waits(again->at, clock);
  if (const auto* failed = std::get_if<Failed>(&result)) return step_failed(failed->error, now);
  if (const auto* unknown = std::get_if<Unknown>(&result)) return step_unknown(unknown->error, now);
  step_done(now);
}

void StepLoop::step_done(WallTime now) {
  row_.is_open = false;
  row_.wake = {};
  since_.reset();
  const int step = row_.step;
  const std::string name(current().name);
  if (row_.is_undoing) {
    Json error = parse_state(row_.error);
    error["undone"].push_back(name);
    row_.error = dump_json(error);
    undo_before(step);
  } else {
    row_.step = step + 1;
    if (is_past_the_last()) row_.status = OperationStatus::Done;
  }
  record(row_.is_undoing ? "undone" : "done", now);
  unwritten_->step = name;
}

void StepLoop::step_waits(TimePoint at, const Clock& clock) {
  const WallTime now = clock.wall();
  if (since_ && now - *since_ > wait_limit_)
    return step_unknown({.code = Code::Timeout,
                         .message = std::string(current().name) + " is still not finished",
                         .hint = "What was started may still end."},
                        now);
  const TimePoint current_time = clock.now();
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(at - current_time);
  row_.wake = at > current_time ? now + wait : now;
  // A step that only reads may be run again whatever became of it: its first intent will do.
  row_.is_open = !has_effect(current());
  record("again", now, {{"at", format_time(row_.wake)}});
}

void StepLoop::step_failed(const Error& error, WallTime now) {
  const int step = row_.step;
  const std::string name(current().name);
  const Json detail = {{"kind", to_string(error.code)}, {"message", error.message}};
  row_.is_open = false;
  row_.wake = {};
  since_.reset();
  Json kept = row_.is_undoing ? parse_state(row_.error) : error_json(error);
  if (std::exchange(row_.is_undoing, true)) {
    kept["stays"].push_back(name);
  } else {
    for (const Step& done : steps_.first(static_cast<std::size_t>(step)))
      if (has_effect(done) && done.undo == nullptr) kept["stays"].push_back(std::string(done.name));
  }
  row_.error = dump_json(kept);
  undo_before(step);
  record("failed", now, detail);
  unwritten_->step = name;
}

/// Goes to the last step before this one that can be undone, or ends.
void StepLoop::undo_before(int step) {
  int next = step - 1;
  while (next >= 0 && !can_be_undone(steps_[static_cast<std::size_t>(next)])) --next;
  if (next >= 0) {
    row_.step = next;
    return;
  }
  const Json error = parse_state(row_.error);
  const Json* stays = find_member(error, "stays");
  row_.status =
      stays == nullptr || stays->empty() ? OperationStatus::Failed : OperationStatus::Partial;
}

void StepLoop::step_unknown(const Error& error, WallTime now) {
  Json kept = error_json(error);
  if (row_.is_undoing) {
    const Json before = parse_state(row_.error);
    kept["message"] = string_member(before, "message") + "; undoing it: " + error.message;
    for (const char* list : {"undone", "stays"})
      if (const Json* names = find_member(before, list)) kept[list] = *names;
  }
  row_.status = OperationStatus::Unknown;
  row_.error = dump_json(kept);
  row_.wake = {};
  since_.reset();
  record("unknown", now, {{"kind", to_string(error.code)}, {"message", error.message}});
}

void StepLoop::keep_results() {
  if (schema_ != nullptr) output_.data = schema_->project(output_.data);
  row_.state = dump_json(state_);
  row_.output = output_text(output_);
}

void StepLoop::record(const char* event, WallTime now, Json detail) {
  row_.updated = now;
  unwritten_ = JournalRow{.time = now,
                          .step = is_past_the_last() ? "" : std::string(current().name),
                          .event = event,
                          .detail = dump_json(detail)};
}

}  // namespace tier0
