#pragma once

#include "server/tool/runbook.h"

namespace tier0 {

/// Runs a runbook inside one call, without a journal: what a restart would lose. For tests of tools
/// and for what may not outlive its call. Thread-safe; keeps no state between calls.
class Runner {
 public:
  /// The plan as a tool answers it; changes nothing.
  static ToolOutput describe(const Plan& plan);

  /// Runs the steps. Errors: the operation's, as Operations would tell them; cancelled or
  /// timeout_unknown where the wait of a step ended early, saying which effects are done and go on.
  static Result<ToolOutput> run(const Runbook& runbook, const Plan& plan, ToolContext& context,
                                const Json& args);
};

}  // namespace tier0
