#include "server/broker/call_meter.h"

namespace tier0 {
namespace {
constexpr std::chrono::minutes kWindow{1};
}

Result<Unit> CallMeter::count(const std::string& principal, const Limits& limits) {
  if (!limits.calls_per_minute) return Unit{};
  const TimePoint now = clock_.now();
  MutexLock lock(mutex_);
  std::deque<TimePoint>& recent = usage_[principal].recent;
  while (!recent.empty() && recent.front() + kWindow <= now) recent.pop_front();
  const int allowed = *limits.calls_per_minute;
  if (std::cmp_less(recent.size(), allowed)) {
    recent.push_back(now);
    return Unit{};
  }
  const auto wait = recent.empty()
                        ? std::chrono::seconds(kWindow)
                        : std::chrono::ceil<std::chrono::seconds>(recent.front() + kWindow - now);
  return Error{.code = Code::RateLimited,
               .message = "this agent may make " + std::to_string(allowed) + " calls a minute",
               .hint = "Wait " + std::to_string(wait.count()) + " s, then call again.",
               .retry_after = wait};
}

Result<CallMeter::Place> CallMeter::enter(const std::string& principal, const Limits& limits) {
  MutexLock lock(mutex_);
  Usage& usage = usage_[principal];
  if (limits.concurrent_calls && usage.in_flight >= *limits.concurrent_calls)
    return Error{.code = Code::Overloaded,
                 .message = "this agent has " + std::to_string(usage.in_flight) +
                            " calls in flight, its limit",
                 .hint = "Wait for one of them to end.",
                 .retry_after = std::chrono::seconds(1)};
  ++usage.in_flight;
  // The principal's entry is never erased, so its place may be looked up again.
  return Place(nullptr, [this, principal](void*) {
    MutexLock release(mutex_);
    --usage_[principal].in_flight;
  });
}

}  // namespace tier0
