#include "server/operation/runner.h"

#include <algorithm>

#include "server/operation/outcome.h"
#include "server/operation/step_loop.h"

namespace tier0 {
namespace {

class NoJournal final : public Journal {
 public:
  Result<Unit> write(const OperationRow&, const JournalRow&) override { return Unit{}; }
};

/// A wait that ended before its step did: what was started goes on without us, and the caller must
/// not think that nothing happened.
Error interrupted(Error why, std::span<const Step> steps, std::size_t current) {
  if (current == 0 && why.code == Code::Cancelled) return why;
  if (why.code == Code::Timeout) why.code = Code::TimeoutUnknown;
  why.message += " during step " + std::string(steps[current].name);
  std::string finished;
  for (const Step& step : steps.first(current))
    finished += (finished.empty() ? "" : ", ") + std::string(step.name);
  if (!finished.empty()) why.message += "; finished before it: " + finished;
  why.hint = "What was started goes on. Read the state before calling again.";
  return why;
}

OperationRow row_for(const Plan& plan) {
  ToolOutput output;
  output.summary = plan.summary;
  output.warnings = plan.warnings;
  output.changed = true;  // a step that knows better says so
  OperationRow row;
  row.state = dump_json(plan.state);
  row.output = output_text(output);
  return row;
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
  if (plan.nothing_to_do)
    return ToolOutput{.summary = plan.summary, .data = plan.state, .warnings = plan.warnings};
  T0_CHECK(context.cancel.check(context.clock));
  NoJournal journal;
  const auto report = [&](int step, std::string_view name) {
    context.progress.report(step, static_cast<double>(runbook.steps.size()), std::string(name));
  };
  StepLoop loop(
      {.steps = runbook.steps, .arguments = args, .row = row_for(plan), .on_step = report},
      journal);
  for (;;) {
    if (loop.go(context) == StepLoop::Turn::Ended)
      return answer_of(snapshot_of(loop.row(), nullptr));
    const auto wait = loop.row().wake - context.clock.wall();
    if (wait.count() > 0)
      context.clock.wait_until(std::min(context.clock.now() + wait, context.cancel.deadline),
                               context.cancel.stop);
    if (auto open = context.cancel.check(context.clock); !open)
      return interrupted(std::move(open).error(), runbook.steps,
                         static_cast<std::size_t>(loop.row().step));
  }
}

}  // namespace tier0
