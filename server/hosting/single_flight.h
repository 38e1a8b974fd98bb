#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "server/base/cancel.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/mutex.h"
#include "server/base/result.h"

namespace tier0::hosting {

/// A complete 2xx answer. The body is null where there was none.
struct Reply {
  int status = 0;
  Json body = {};
};

using ReplyOutcome = Result<std::shared_ptr<const Reply>>;

/// Lets callers that ask the same at the same time share one answer. Thread-safe.
class SingleFlight {
 public:
  explicit SingleFlight(const Clock& clock) : clock_(clock) {}

  /// The outcome of `ask`, or of the call with the same key that runs already. A call whose leader
  /// gave up (stop, deadline) asks for itself.
  ReplyOutcome run(const std::string& key, const Cancel& cancel,
                   const std::function<ReplyOutcome()>& ask) EXCLUDES(mutex_);

 private:
  struct Flight {
    std::optional<ReplyOutcome> outcome = {};
    ConditionVariable landed = {};
  };

  ReplyOutcome lead(const std::string& key, const std::shared_ptr<Flight>& flight,
                    const std::function<ReplyOutcome()>& ask) EXCLUDES(mutex_);
  void land(const std::string& key, Flight& flight, const ReplyOutcome& outcome) EXCLUDES(mutex_);
  /// Empty where the leader gave up.
  std::optional<ReplyOutcome> follow(Flight& flight, const Cancel& cancel) EXCLUDES(mutex_);

  const Clock& clock_;
  Mutex mutex_;
  std::map<std::string, std::shared_ptr<Flight>> flights_ GUARDED_BY(mutex_);
};

}  // namespace tier0::hosting
