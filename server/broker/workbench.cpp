#include "server/broker/workbench.h"

#include "server/broker/frozen_scope.h"
#include "server/broker/permitted_ssh.h"

namespace tier0 {

Result<HostingApi*> Workbench::account_of(const ToolUse& use) const {
  for (const TargetArgument& target : use.tool.targets) {
    const Json* value = find_member(use.args, target.argument);
    if (target.dimension == "vps" && value != nullptr && value->is_string())
      return backends_.fleet.owner_of(VpsId{value->get<std::string>()}, use.cancel);
  }
  return backends_.fleet.accounts().front().api;
}

Result<Unit> Workbench::lay_out(const ToolUse& use,
                                const std::function<void(ToolContext&)>& work) const {
  T0_TRY(HostingApi * hosting, account_of(use));
  PermittedSsh ssh(backends_.ssh, backends_.fleet, use.scope);
  ToolContext context{.accounts = backends_.fleet.accounts(),
                      .hosting = *hosting,
                      .ssh = ssh,
                      .keys = backends_.keys,
                      .owner = backends_.owner,
                      .hosts = backends_.fleet,
                      .scope = *use.scope,
                      .clock = clock_,
                      .cancel = use.cancel,
                      .progress = use.progress,
                      .dry_run = use.dry_run,
                      .pace = backends_.pace};
  work(context);
  return Unit{};
}

Result<Unit> Workbench::enter(const OperationRow& operation, const Cancel& cancel,
                              Progress& progress, const std::function<void(ToolContext&)>& steps) {
  const Tool* tool = registry_.find(operation.tool);
  if (tool == nullptr)
    return Error{.code = Code::Internal,
                 .message = "this server has no tool " + operation.tool + " any more"};
  T0_CHECK(backends_.fleet.learn_names(cancel));  // after a restart no call has asked yet
  T0_TRY(const Json args, parse_json(operation.arguments));
  return lay_out({.tool = *tool,
                  .args = args,
                  .scope = thaw_scope(operation.scope),
                  .cancel = cancel,
                  .progress = progress},
                 steps);
}

}  // namespace tier0
