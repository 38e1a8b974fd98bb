#pragma once

#include <functional>
#include <memory>

#include "server/broker/fleet.h"
#include "server/operation/operations.h"
#include "server/policy/decision.h"
#include "server/tool/registry.h"

namespace tier0 {

/// What stands behind the broker; all of it outlives it.
struct Backends {
  Fleet& fleet;
  SshRunner& ssh;
  KeyStore& keys;
  const OwnerRules& owner;
  double pace = 1;  // divides waits between polls
};

/// One use of a tool: for whom, with what, and how long.
struct ToolUse {
  const Tool& tool;
  const Json& args;  // resolved
  std::shared_ptr<const GrantedScope> scope;
  const Cancel& cancel;
  Progress& progress;
  bool dry_run = false;
};

/// Lays out what a tool may touch, for the length of one use: the account of its target, and SSH as
/// far as the grants reach. Thread-safe.
class Workbench final : public StepWorlds {
 public:
  Workbench(const Registry& registry, Backends backends, const Clock& clock)
      : registry_(registry), backends_(backends), clock_(clock) {}

  Fleet& fleet() const { return backends_.fleet; }

  /// Calls `work` once, in this thread. Errors, without having called it: the target's account
  /// cannot be told.
  Result<Unit> lay_out(const ToolUse& use, const std::function<void(ToolContext&)>& work) const;

  /// The scope of the row is a frozen one.
  Result<Unit> enter(const OperationRow& operation, const Cancel& cancel, Progress& progress,
                     const std::function<void(ToolContext&)>& steps) override;

 private:
  Result<HostingApi*> account_of(const ToolUse& use) const;

  const Registry& registry_;
  const Backends backends_;
  const Clock& clock_;
};

}  // namespace tier0
