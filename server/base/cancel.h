#pragma once

#include <stop_token>

#include "server/base/clock.h"
#include "server/base/result.h"

namespace tier0 {

/// Passed by reference to everything that can block: the wish to stop, and the latest moment.
struct Cancel {
  std::stop_token stop = {};
  TimePoint deadline = TimePoint::max();

  /// Kind cancelled after a stop, timeout after the deadline.
  Result<Unit> check(const Clock& clock) const {
    if (stop.stop_requested())
      return Error{.code = Code::Cancelled, .message = "the call was cancelled"};
    if (clock.now() >= deadline)
      return Error{.code = Code::Timeout, .message = "the deadline of the call passed"};
    return Unit{};
  }

  /// The same stop, with a deadline no later than `latest`.
  Cancel sooner(TimePoint latest) const {
    return {.stop = stop, .deadline = latest < deadline ? latest : deadline};
  }
};

}  // namespace tier0
