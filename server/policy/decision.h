#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/json.h"
#include "server/tool/tool.h"

namespace tier0 {

/// Ordered: the greater one is the more permissive.
enum class Verdict { Deny, OutOfBand, Ask, Allow };
std::string_view to_string(Verdict verdict);  // deny, out_of_band, ask, allow

/// What the grants behind one decision cover. Immutable; thread-safe.
class GrantedScope : public TargetScope {
 public:
  /// Whether the caller may reach this thing through this backend.
  virtual bool covers(Backend backend, std::string_view dimension, const std::string& id) const = 0;
  /// Whether it may use the backend at all; false for the SSH part of a tool that joins both sides
  /// under grants without ssh, which is then answered as not_permitted.
  virtual bool may_use(Backend backend) const = 0;
  using TargetScope::covers;
};

/// What policy says to one call, and why.
struct Decision {
  Verdict verdict = Verdict::Deny;
  std::string rule = {};    // "agents/executor-codex.yaml grant 2"; empty where nothing matched
  std::string reason = {};  // one sentence, safe to show the agent
  /// An allow-grant's `commands` matched the argv: a destructive call that needs no plan.
  bool at_once = false;
  /// Of the winning grants together; covers nothing when denied. Never null.
  std::shared_ptr<const GrantedScope> scope = nothing_covered();

  static std::shared_ptr<const GrantedScope> nothing_covered();
};

/// One grant's part in a decision.
struct GrantTrace {
  std::string rule;
  std::string place;                // file:line:column
  Verdict verdict = Verdict::Deny;  // what it would say
  bool matched = false;
  std::string why;  // why it matched or did not
};

/// A decision with every grant of the agent, for `tier0 policy explain`.
struct Explanation {
  std::string agent;
  std::string tool;
  Effect effect = Effect::Read;
  Decision decision;
  std::vector<GrantTrace> grants;

  std::string text() const;
  Json json() const;
};

}  // namespace tier0
