#include "server/hosting/rate_limiter.h"

#include <algorithm>

namespace tier0::hosting {
namespace {

using std::chrono::duration;
using std::chrono::seconds;

constexpr double kSecondsAMinute = 60;
// The provider allows 90 a minute. 30 at once and 60 spread are 90 in any minute.
constexpr double kAvailabilityBurst = 30;
constexpr double kAvailabilityAMinute = 60;

Error too_late(seconds wait) {
  return {.code = Code::RateLimited,
          .message = "the account's turn at the provider comes after the deadline",
          .hint = "Wait before the same call, or ask for more time.",
          .retry_after = wait};
}

}  // namespace

void RateLimiter::Bucket::limit(double burst, double a_minute, TimePoint now) {
  const bool is_new = per_second == 0;
  per_second = a_minute / kSecondsAMinute;
  capacity = std::max(burst, 1.0);
  tokens = is_new ? capacity : std::min(tokens, capacity);
  filled_at = now;
}

void RateLimiter::Bucket::fill(TimePoint now) {
  const double passed = duration<double>(now - filled_at).count();
  tokens = std::min(capacity, tokens + std::max(passed, 0.0) * per_second);
  filled_at = now;
}

TimePoint RateLimiter::Bucket::reserve(TimePoint now) {
  TimePoint ready = std::max(now, paused_until);
  if (per_second == 0) return ready;
  fill(now);
  tokens -= 1;
  if (tokens < 0)
    ready = std::max(ready, now + std::chrono::ceil<TimePoint::duration>(
                                      duration<double>(-tokens / per_second)));
  return ready;
}

RateLimiter::RateLimiter(const Clock& clock, std::optional<int> per_minute)
    : clock_(clock), is_fixed_(per_minute.has_value()) {
  const TimePoint now = clock.now();
  if (per_minute) bucket(Lane::General).limit(*per_minute / 2.0, *per_minute / 2.0, now);
  bucket(Lane::Availability).limit(kAvailabilityBurst, kAvailabilityAMinute, now);
}

RateLimiter::Bucket& RateLimiter::bucket(Lane lane) {
  return buckets_[static_cast<std::size_t>(lane)];
}

Result<Unit> RateLimiter::acquire(Lane lane, const Cancel& cancel) {
  TimePoint ready;
  {
    const MutexLock lock(mutex_);
    const TimePoint now = clock_.now();
    const auto before = buckets_;
    ready = bucket(Lane::General).reserve(now);
    if (lane == Lane::Availability) ready = std::max(ready, bucket(lane).reserve(now));
    if (ready > now && ready >= cancel.deadline) {
      buckets_ = before;
      return too_late(std::chrono::ceil<seconds>(ready - now));
    }
    if (ready <= now) return Unit{};
  }
  if (!clock_.wait_until(ready, cancel.stop))
    return Error{.code = Code::Cancelled, .message = "the call was cancelled"};
  return Unit{};
}

void RateLimiter::learn(Lane lane, int limit_per_minute) {
  if (limit_per_minute <= 0 || (lane == Lane::General && is_fixed_)) return;
  const double half = limit_per_minute / 2.0;
  const MutexLock lock(mutex_);
  Bucket& learnt = bucket(lane);
  const double per_second = half / kSecondsAMinute;
  // The availability limit that we chose is only ever lowered.
  const bool is_lower = per_second < learnt.per_second;
  const bool is_other = per_second != learnt.per_second;
  if (lane == Lane::General ? is_other : is_lower) learnt.limit(half, half, clock_.now());
}

void RateLimiter::pause(Lane lane, seconds time) {
  const MutexLock lock(mutex_);
  Bucket& paused = bucket(lane);
  paused.paused_until = std::max(paused.paused_until, clock_.now() + time);
}

}  // namespace tier0::hosting
