#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/base/json.h"
#include "server/tool/context.h"

namespace tier0 {

/// What a mutating call would do. Pure reading: making one changes nothing.
struct Plan {
  std::string summary;              // one sentence
  Json effects = Json::array();     // [text]
  Json targets = Json::array();     // [{kind, id, name}]
  Json lost = Json::array();        // [text], what cannot be had back
  Json price = nullptr;             // {currency, cents, text, …}; null: it costs nothing
  std::chrono::seconds duration{};  // expected
  std::string rollback = {};        // how to undo it; empty: it cannot be undone
  std::vector<std::string> warnings = {};
  Json observed = Json::object();        // the state that matters; its digest binds an approval
  Json state = Json::object();           // where the steps start from
  bool nothing_to_do = false;            // the world is already so: no step runs, changed is false
  std::vector<std::string> leases = {};  // what no other operation may touch meanwhile: vps:17923,
                                         // keys:deploy, firewall:55
};

struct Done {};
/// Not finished: run the same step again at `at`.
struct Again {
  TimePoint at;
};
/// The step did not happen, or ended in a known failure.
struct Failed {
  Error error;
};
/// The effect may have happened; the error says how to find out. Never followed by a resend.
struct Unknown {
  Error error;
};
using StepResult = std::variant<Done, Again, Failed, Unknown>;

/// The effect is not there: it is safe to run the step.
struct Absent {};
/// What the world says about a step that was begun by a process that is gone.
using Found = std::variant<Done, Again, Absent, Unknown>;

/// `state` is JSON that outlives the process; a step reads and extends it.
struct StepContext {
  ToolContext& tool;
  const Json& args;
  Json& state;
  ToolOutput& output;  // the last step leaves summary, data and evidence here
};

/// For steps that only read or wait: whatever was begun, it may be run again.
inline Found only_reads(StepContext&) {
  return Absent{};
}

/// The undo of a step that leaves nothing to take back where a later one fails. A step with an
/// effect and no undo at all makes the operation partial then.
inline StepResult nothing_stays(StepContext&) {
  return Done{};
}

struct Step {
  std::string_view name;
  StepResult (*run)(StepContext& step);
  /// Reads the world after a restart in the middle of `run`; never writes. Null: nobody can tell,
  /// and the operation ends as unknown.
  Found (*find)(StepContext& step) = nullptr;
  StepResult (*undo)(StepContext& step) = nullptr;
};

/// A mutating tool: what it would do, then how, step by step. A step returns Done, Again, Failed
/// or Unknown and finds all that it needs in `state`; two runs of a step that only reads or waits
/// are as good as one.
struct Runbook {
  int version = 1;
  Result<Plan> (*plan)(ToolContext& context, const Json& args) = nullptr;
  std::span<const Step> steps;
};

}  // namespace tier0
