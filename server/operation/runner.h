#pragma once

#include "server/tool/runbook.h"

namespace tier0 {

/// Runs a runbook inside this process: its plan, then its steps in order, waiting where a step says
/// Again. A failed step undoes the finished ones, last first. No step is ever run a second time
/// after Unknown. Thread-safe; keeps no state between calls.
class Runner {
 public:
  /// The plan as a tool answers it; changes nothing.
  static ToolOutput describe(const Plan& plan);

  /// Runs the steps. Errors: the step's own; cancelled or timeout_unknown where the wait of a step
  /// ended early, saying which effects are done and go on.
  static Result<ToolOutput> run(const Runbook& runbook, const Plan& plan, ToolContext& context,
                                const Json& args);
};

}  // namespace tier0
