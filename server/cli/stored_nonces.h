#pragma once

#include "server/base/clock.h"
#include "server/mcp/options.h"
#include "server/store/plan_store.h"

namespace tier0::cli {

/// Remembers used states in the store, so that none counts again after a restart. What cannot be
/// written counts as used: one question too many is better than one answer used twice.
class StoredNonces final : public mcp::SpentNonces {
 public:
  StoredNonces(PlanStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  bool burn(const std::string& nonce, std::chrono::sys_seconds expires) override {
    const auto first = store_.spend_nonce(nonce, expires, clock_.wall());
    return first.has_value() && *first;
  }

 private:
  PlanStore& store_;
  const Clock& clock_;
};

}  // namespace tier0::cli
