#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

#include "server/base/cancel.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/base/result.h"

namespace tier0::hosting {

/// Which of the provider's limits a request counts against. Availability counts against both.
enum class Lane { General, Availability };

/// Two token buckets of one account. The provider documents no general limit, so that bucket has
/// none until an answer names one or the configuration does. Thread-safe.
class RateLimiter {
 public:
  /// `per_minute` fixes the general limit; without it the limit is learnt.
  RateLimiter(const Clock& clock, std::optional<int> per_minute);

  /// Waits for a turn. Kind rate_limited, at once, where the turn would come after the deadline;
  /// cancelled after a stop.
  Result<Unit> acquire(Lane lane, const Cancel& cancel) EXCLUDES(mutex_);

  /// An answer named its limit a minute. We then use half of it in a burst and half of it spread
  /// over the minute, so that no minute of the provider's clock sees more than the limit.
  void learn(Lane lane, int limit_per_minute) EXCLUDES(mutex_);
  /// An answer said "not before": nobody in that lane sends until then.
  void pause(Lane lane, std::chrono::seconds time) EXCLUDES(mutex_);

 private:
  struct Bucket {
    double per_second = 0;  // 0: no limit
    double capacity = 0;
    double tokens = 0;
    TimePoint filled_at = {};
    TimePoint paused_until = {};

    void limit(double burst, double a_minute, TimePoint now);
    void fill(TimePoint now);
    /// Takes a token, which may be one of the future; when it is there.
    TimePoint reserve(TimePoint now);
  };

  Bucket& bucket(Lane lane) REQUIRES(mutex_);

  const Clock& clock_;
  const bool is_fixed_;
  Mutex mutex_;
  std::array<Bucket, 2> buckets_ GUARDED_BY(mutex_);
};

}  // namespace tier0::hosting
