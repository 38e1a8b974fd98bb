#pragma once

#include <memory>
#include <vector>

#include "server/policy/decision.h"
#include "server/policy/targets.h"

namespace tier0 {

/// A grant with the targets it counts for in one decision.
struct ScopedGrant {
  const Grant* grant;
  TargetSets on;
};

/// What these grants together cover. `keeper` keeps grants and tenants alive; the owners outlive
/// it.
std::shared_ptr<const GrantedScope> make_scope(std::shared_ptr<const void> keeper,
                                               std::vector<ScopedGrant> grants,
                                               const Belonging& known);

}  // namespace tier0
