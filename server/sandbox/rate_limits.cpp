#include "server/sandbox/rate_limits.h"

#include <algorithm>
#include <cmath>

namespace tier0::sandbox {
namespace {

constexpr int kRefusalsUntilBlocked = 10;
constexpr Millis kBlockedFor = 300'000;

}  // namespace

RateLimits::Verdict RateLimits::take(const std::string& name, double per_minute, Millis now) {
  if (per_minute <= 0) return {};
  Bucket& bucket = buckets_.try_emplace(name, Bucket{per_minute, now}).first->second;
  const double rate = per_minute / 60'000;
  const auto passed = static_cast<double>(std::max<Millis>(0, now - bucket.at));
  bucket.left = std::min(per_minute, bucket.left + passed * rate);
  bucket.at = now;
  Verdict verdict{.allowed = bucket.left >= 1, .limit = static_cast<int>(per_minute)};
  if (verdict.allowed)
    bucket.left -= 1;
  else
    verdict.retry_after = static_cast<int>(std::ceil((1 - bucket.left) / rate / 1000));
  verdict.remaining = static_cast<int>(bucket.left);
  return verdict;
}

void RateLimits::refused(const std::string& token, Millis now) {
  if (++refusals_[token] < kRefusalsUntilBlocked) return;
  refusals_.erase(token);
  blocked_until_[token] = now + kBlockedFor;
}

bool RateLimits::blocked(const std::string& token, Millis now) const {
  const auto until = blocked_until_.find(token);
  return until != blocked_until_.end() && now < until->second;
}

void RateLimits::clear() {
  buckets_.clear();
  refusals_.clear();
  blocked_until_.clear();
}

}  // namespace tier0::sandbox
