#pragma once

#include <memory>
#include <utility>

#include "server/base/mutex.h"
#include "server/policy/policy.h"

namespace tier0 {

/// Holds the policy in force. A call takes one snapshot and keeps it, whatever is swapped in
/// meanwhile. Thread-safe; never empty.
class PolicyBox {
 public:
  explicit PolicyBox(std::shared_ptr<const Policy> policy) : policy_(std::move(policy)) {}

  std::shared_ptr<const Policy> snapshot() const {
    const MutexLock lock(mutex_);
    return policy_;
  }

  void replace(std::shared_ptr<const Policy> policy) {
    // The old policy is destroyed after the lock is released.
    const MutexLock lock(mutex_);
    policy_.swap(policy);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Policy> policy_ GUARDED_BY(mutex_);
};

}  // namespace tier0
