#include "tests/tools/tool_run.h"

#include <stdexcept>

#include "server/operation/runner.h"
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

Result<ToolOutput> run(const Tool& tool, ToolContext& context, const Json& args) {
  if (const auto* read = std::get_if<ReadFunction>(&tool.run)) {
    T0_TRY(ToolOutput output, (*read)(context, args));
    return projected(tool, std::move(output));
  }
  const auto& runbook = std::get<Runbook>(tool.run);
  T0_TRY(const Plan plan, runbook.plan(context, args));
  if (context.dry_run) return Runner::describe(plan);  // the same members for every tool
  T0_TRY(ToolOutput output, Runner::run(runbook, plan, context, args));
  return projected(tool, std::move(output));
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

Result<ToolOutput> ToolRun::call(const std::string& tool_name, const Json& arguments) {
  const Tool& tool = find_tool(tool_name);
  T0_TRY(const Json args, tool.input.check(arguments));
  const std::vector<Account> accounts = {{"main", &hosting}};
  const Scope scope(covered_);
  const Cancel cancel{.stop = stop.get_token(), .deadline = clock.now() + std::chrono::minutes(5)};
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
  return run(tool, context, args);
}

}  // namespace tier0
