#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/mcp/options.h"

namespace tier0::mcp {

/// Single-use states that were used, for one process. When it is full of live ones it refuses:
/// better one question too many than one answer used twice.
class SpentNonceSet final : public SpentNonces {
 public:
  explicit SpentNonceSet(const Clock& clock, std::size_t limit = 65536)
      : clock_(clock), limit_(limit) {}

  bool burn(const std::string& nonce, std::chrono::sys_seconds expires) override EXCLUDES(mutex_);

 private:
  void forget_expired() REQUIRES(mutex_);

  const Clock& clock_;
  const std::size_t limit_;
  Mutex mutex_;
  std::map<std::string, std::chrono::sys_seconds> spent_ GUARDED_BY(mutex_);
};

}  // namespace tier0::mcp
