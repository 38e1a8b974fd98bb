#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/base/result.h"
#include "server/policy/profile.h"

namespace tier0 {

/// Counts the calls of each principal against the limits of its profile. Thread-safe.
class CallMeter {
 public:
  explicit CallMeter(const Clock& clock) : clock_(clock) {}

  /// Holds a place among the concurrent calls; gives it back when it is destroyed.
  using Place = std::shared_ptr<void>;

  /// Counts one call against the sliding minute. Kind rate_limited with the seconds to wait.
  Result<Unit> count(const std::string& principal, const Limits& limits);

  /// Kind overloaded where the principal has its limit of calls in flight.
  Result<Place> enter(const std::string& principal, const Limits& limits);

 private:
  struct Usage {
    std::deque<TimePoint> recent;
    int in_flight = 0;
  };

  const Clock& clock_;
  Mutex mutex_;
  std::map<std::string, Usage> usage_ GUARDED_BY(mutex_);
};

}  // namespace tier0
