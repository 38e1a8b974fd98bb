#include "server/mcp/progress_throttle.h"

#include <cmath>
#include <utility>

namespace tier0::mcp {

std::optional<ProgressReport> ProgressThrottle::offer(ProgressReport report, TimePoint now) {
  if (!std::isfinite(report.done) || !std::isfinite(report.total)) return std::nullopt;
  if (last_ && report.done <= *last_) return std::nullopt;
  const bool is_first = !last_;
  last_ = report.done;
  if (!is_first && now - sent_at_ < interval_) {
    held_ = std::move(report);
    return std::nullopt;
  }
  sent_at_ = now;
  held_.reset();
  return report;
}

std::optional<ProgressReport> ProgressThrottle::flush() {
  return std::exchange(held_, {});
}

}  // namespace tier0::mcp
