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
  std::chrono::seconds duration{};  // expected
  std::string rollback = {};        // how to undo it; empty: it cannot be undone
  std::vector<std::string> warnings = {};
  Json observed = Json::object();  // the state that matters; its digest binds an approval
  Json state = Json::object();     // where the steps start from
  bool nothing_to_do = false;      // the world is already so: no step runs, changed is false
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

/// `state` is JSON that outlives the process; a step reads and extends it.
struct StepContext {
  ToolContext& tool;
  const Json& args;
  Json& state;
  ToolOutput& output;  // the last step leaves summary, data and evidence here
};

struct Step {
  std::string_view name;
  StepResult (*run)(StepContext& step);
  StepResult (*undo)(StepContext& step) = nullptr;
};

/// A mutating tool: what it would do, then how, step by step.
struct Runbook {
  int version = 1;
  Result<Plan> (*plan)(ToolContext& context, const Json& args) = nullptr;
  std::span<const Step> steps;
};

}  // namespace tier0
