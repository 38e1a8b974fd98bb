#include "server/mcp/spent_nonces.h"

namespace tier0::mcp {

bool SpentNonceSet::burn(const std::string& nonce, std::chrono::sys_seconds expires) {
  MutexLock lock(mutex_);
  if (spent_.size() >= limit_) forget_expired();
  if (spent_.size() >= limit_) return false;
  return spent_.emplace(nonce, expires).second;
}

void SpentNonceSet::forget_expired() {
  const auto now = clock_.wall();
  std::erase_if(spent_, [now](const auto& entry) { return entry.second < now; });
}

}  // namespace tier0::mcp
