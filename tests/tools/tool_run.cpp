#include "tests/tools/tool_run.h"

#include <stdexcept>

#include "server/approval/shown_plan.h"
#include "server/operation/outcome.h"
#include "tests/tools/dying_journal.h"
#include "tool_handlers.gen.h"

namespace tier0 {
namespace {

const Tool& find_tool(const std::string& name) {
  static const Registry registry = [] {
    auto built = Registry::build(tools::table());
    if (!built) throw std::runtime_error(built.error().message);
    return *std::move(built);
  }();
  const Tool* tool = registry.find(name);
  if (tool == nullptr) throw std::runtime_error("there is no tool " + name);
  return *tool;
}

ToolOutput projected(const Tool& tool, ToolOutput output) {
  output.data = tool.output.project(output.data);
  return output;
}

OperationRow row_of(const Tool& tool, const Plan& plan) {
  ToolOutput output;
  output.summary = plan.summary;
  output.warnings = plan.warnings;
  output.changed = true;  // a step that knows better says so
  OperationRow row;
  row.tool = tool.name;
  row.state = dump_json(plan.state);
  row.output = output_text(output);
  return row;
}

Result<ToolOutput> answer_of(const Tool& tool, const OperationRow& row) {
  const OperationSnapshot snapshot = snapshot_of(row, &tool);
  if (snapshot.error) return *snapshot.error;
  return snapshot.output;
}

/// The steps of an operation, by one process after the other: each goes on from what the one before
/// it wrote down.
class SteppedRun {
 public:
  SteppedRun(const Tool& tool, ToolContext& context, const Json& args, ToolRun& world)
      : tool_(tool), context_(context), args_(args), world_(world), clock_(world.clock) {}

  Result<ToolOutput> run(const Plan& plan, Death death, int* writes = nullptr) {
    // A step that goes on at once waits for nothing, and yet the world may change meanwhile.
    const auto on_line = [this](const JournalRow& line) {
      const auto detail = parse_json(line.detail);
      const bool at_once = line.event == "again" && detail &&
                           string_member(*detail, "at") <= format_time(clock_.wall());
      if (at_once && clock_.on_wait) clock_.on_wait();
      if (world_.on_line) world_.on_line(world_);
    };
    DyingJournal journal(row_of(tool_, plan), std::move(death), on_line);
    for (bool again = true; again;) {
      StepLoop loop({.steps = std::get<Runbook>(tool_.run).steps,
                     .output = &tool_.output,
                     .arguments = args_,
                     .row = journal.row()},
                    journal);
      T0_TRY(again, goes_on(loop));
    }
    if (writes != nullptr) *writes = journal.writes();
    return answer_of(tool_, journal.row());
  }

 private:
  /// Until it has ended, or its process has: true then.
  Result<bool> goes_on(StepLoop& loop) {
    constexpr int kTurns = 5000;
    for (int turn = 0; turn < kTurns; ++turn) {
      const StepLoop::Turn next = loop.go(context_);
      if (next == StepLoop::Turn::Ended) return false;
      if (next == StepLoop::Turn::Lost) return true;
      const auto wait = loop.row().wake - clock_.wall();
      if (wait.count() > 0) clock_.wait_until(clock_.now() + wait, context_.cancel.stop);
      T0_CHECK(context_.cancel.check(clock_));
    }
    throw std::runtime_error("a step never ends");
  }

  const Tool& tool_;
  ToolContext& context_;
  const Json& args_;
  ToolRun& world_;
  const FakeClock& clock_;
};

Result<ToolOutput> run(const Tool& tool, ToolContext& context, const Json& args, ToolRun& world) {
  if (const auto* read = std::get_if<ReadFunction>(&tool.run)) {
    T0_TRY(ToolOutput output, (*read)(context, args));
    return projected(tool, std::move(output));
  }
  T0_TRY(const Plan plan, std::get<Runbook>(tool.run).plan(context, args));
  if (context.dry_run) return shown_plan(plan);
  if (plan.nothing_to_do)
    return projected(tool,
                     {.summary = plan.summary, .data = plan.state, .warnings = plan.warnings});
  return SteppedRun(tool, context, args, world).run(plan, {});
}

/// Before: the intent is written and nothing was sent. After: the effect is there, and nothing of
/// it was written.
Death death_in(const std::string& step, ToolRun::Dies when) {
  const bool before = when == ToolRun::Dies::Before;
  return {.at =
              [step, before](const JournalRow& line) {
                return line.step == step && (line.event == "intent") == before;
              },
          .is_written = before};
}

}  // namespace

std::optional<HostName> ToolRun::Names::host_of(const VpsId& vps) const {
  const auto found = names.find(vps);
  return found == names.end() ? std::nullopt : std::optional(found->second);
}

VpsId ToolRun::add_vps(const std::string& hostname, VpsState state) {
  return hosting.add_vps({.id = {}, .hostname = hostname, .state = state});
}

void ToolRun::configure_host(const VpsId& vps, const std::string& name) {
  ssh.add_host(name);
  names_.names.emplace(vps, HostName{name});
}

Result<ToolOutput> ToolRun::within(const std::string& tool_name, const Json& arguments,
                                   const Work& work) {
  const Tool& tool = find_tool(tool_name);
  T0_TRY(const Json args, tool.input.check(arguments));
  const std::vector<Account> accounts = {{"main", &hosting}};
  const Scope scope(covered_);
  const Cancel cancel{.stop = stop.get_token(), .deadline = clock.now() + longest};
  NoProgress progress;
  ToolContext context{.accounts = accounts,
                      .hosting = hosting,
                      .ssh = ssh,
                      .keys = keys,
                      .owner = owner,
                      .hosts = names_,
                      .scope = scope,
                      .clock = clock,
                      .cancel = cancel,
                      .progress = progress,
                      .dry_run = args.value("dry_run", false)};
  return work(tool, context, args);
}

Result<ToolOutput> ToolRun::call(const std::string& tool, const Json& arguments) {
  return within(tool, arguments, [this](const Tool& known, ToolContext& context, const Json& args) {
    return run(known, context, args, *this);
  });
}

Result<Plan> ToolRun::plan(const std::string& tool, const Json& arguments) {
  std::optional<Plan> made;
  T0_CHECK(within(
      tool, arguments,
      [&made](const Tool& known, ToolContext& context, const Json& args) -> Result<ToolOutput> {
        T0_TRY(made, std::get<Runbook>(known.run).plan(context, args));
        return ToolOutput{};
      }));
  return *std::move(made);
}

Result<ToolOutput> ToolRun::call_dying(const std::string& tool, const Json& arguments,
                                       const std::string& step, Dies when) {
  return within(
      tool, arguments,
      [&](const Tool& known, ToolContext& context, const Json& args) -> Result<ToolOutput> {
        T0_TRY(const Plan plan, std::get<Runbook>(known.run).plan(context, args));
        return SteppedRun(known, context, args, *this).run(plan, death_in(step, when));
      });
}

Result<ToolOutput> ToolRun::call_dying_at(const std::string& tool, const Json& arguments, int nth,
                                          Dies when, int* writes) {
  return within(
      tool, arguments,
      [&](const Tool& known, ToolContext& context, const Json& args) -> Result<ToolOutput> {
        T0_TRY(const Plan plan, std::get<Runbook>(known.run).plan(context, args));
        Death death{.at = [left = nth](const JournalRow&) mutable { return --left == 0; },
                    .is_written = when == Dies::After};
        return SteppedRun(known, context, args, *this).run(plan, std::move(death), writes);
      });
}

std::vector<std::string> ToolRun::steps_of(const std::string& tool) {
  std::vector<std::string> names;
  for (const Step& step : std::get<Runbook>(find_tool(tool).run).steps)
    names.emplace_back(step.name);
  return names;
}

}  // namespace tier0
