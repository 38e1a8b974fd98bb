#include "server/operation/runner.h"

#include <algorithm>

namespace tier0 {
namespace {

std::string names_of(std::span<const Step> steps) {
  std::string names;
  for (const Step& step : steps) names += (names.empty() ? "" : ", ") + std::string(step.name);
  return names;
}

/// A wait that ended before its step did: what was started goes on without us, and the caller must
/// not think that nothing happened.
Error interrupted(Error why, const Runbook& runbook, std::size_t current) {
  const auto finished = runbook.steps.first(current);
  if (why.code == Code::Timeout) why.code = Code::TimeoutUnknown;
  why.message += " during step " + std::string(runbook.steps[current].name);
  if (!finished.empty()) why.message += "; finished before it: " + names_of(finished);
  why.hint = "What was started goes on. Read the state before calling again.";
  return why;
}

void undo_finished(const Runbook& runbook, std::size_t finished, StepContext& step, Error& error) {
  for (std::size_t i = finished; i > 0; --i) {
    const Step& done = runbook.steps[i - 1];
    if (done.undo == nullptr) continue;
    const StepResult result = done.undo(step);
    const bool undone = std::holds_alternative<Done>(result);
    error.message += (undone ? "; undone: " : "; could not undo: ") + std::string(done.name);
  }
}

}  // namespace

ToolOutput Runner::describe(const Plan& plan) {
  ToolOutput output;
  output.summary = plan.summary;
  output.warnings = plan.warnings;
  output.changed = false;
  output.data = {{"effects", plan.effects},
                 {"targets", plan.targets},
                 {"lost", plan.lost},
                 {"duration_s", plan.duration.count()},
                 {"rollback", plan.rollback}};
  return output;
}

Result<ToolOutput> Runner::run(const Runbook& runbook, const Plan& plan, ToolContext& context,
                               const Json& args) {
  ToolOutput output;
  output.summary = plan.summary;
  output.warnings = plan.warnings;
  Json state = plan.state;
  if (plan.nothing_to_do) {
    output.data = state;
    return output;
  }
  output.changed = true;  // a step that knows better says so
  StepContext step{.tool = context, .args = args, .state = state, .output = output};
  for (std::size_t i = 0; i < runbook.steps.size(); ++i) {
    if (auto open = context.cancel.check(context.clock); !open) {
      if (i == 0) return std::move(open).error();
      return interrupted(std::move(open).error(), runbook, i);
    }
    context.progress.report(static_cast<double>(i), static_cast<double>(runbook.steps.size()),
                            std::string(runbook.steps[i].name));
    StepResult result = runbook.steps[i].run(step);
    while (const auto* again = std::get_if<Again>(&result)) {
      const TimePoint when = std::min(again->at, context.cancel.deadline);
      context.clock.wait_until(when, context.cancel.stop);
      if (auto open = context.cancel.check(context.clock); !open)
        return interrupted(std::move(open).error(), runbook, i);
      result = runbook.steps[i].run(step);
    }
    if (auto* failed = std::get_if<Failed>(&result)) {
      undo_finished(runbook, i, step, failed->error);
      return std::move(failed->error);
    }
    if (auto* unknown = std::get_if<Unknown>(&result)) return std::move(unknown->error);
  }
  return output;
}

}  // namespace tier0
