#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "server/base/clock.h"
#include "server/policy/decision.h"
#include "server/policy/principal.h"
#include "server/store/plan_store.h"
#include "server/tool/context.h"
#include "server/tool/runbook.h"

namespace tier0 {

/// Arguments to keep and to compare: equal for equal arguments, however they were written. They are
/// resolved and without plan_id, wait, dry_run and idempotency_key.
struct ArgumentsKey {
  std::string canonical;  // JSON, without the secret ones
  std::string digest;     // sha256 of all of them, hex

  static ArgumentsKey of(const Json& arguments, std::span<const std::string> secrets);
};

/// The state that a plan is bound to: what it observed and its price.
Json bound_state(const Plan& plan);

/// What is known when a plan is stored.
struct PlanFacts {
  const Principal& who;
  const std::string& tool;
  const ArgumentsKey& arguments;
  const Plan& plan;
  const Decision& decision;
  std::chrono::seconds lifetime;
};

/// Stored plans, as those who call see them. Thread-safe.
class Plans {
 public:
  Plans(PlanStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  static constexpr std::chrono::minutes kLifetime{15};

  Result<PlanRow> add(const PlanFacts& facts);

  /// Kind not_found where there is none or it is another principal's: one answer for both.
  Result<PlanRow> find(const std::string& id, const Principal& who);
  /// The newest plan for the same call that can still be applied.
  Result<std::optional<PlanRow>> open(const Principal& who, const std::string& tool,
                                      const ArgumentsKey& arguments);

  /// Kind plan_expired, by real time.
  Result<Unit> check_open(const PlanRow& row) const;
  /// Kind plan_stale with what moved since the plan was shown.
  static Result<Unit> check_fresh(const PlanRow& row, const Plan& now);

  /// What the first call answers.
  static ToolOutput output(const PlanRow& row);

 private:
  PlanStore& store_;
  const Clock& clock_;
};

}  // namespace tier0
