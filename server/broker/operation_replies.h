#pragma once

#include <functional>
#include <string>

#include "server/base/ids.h"
#include "server/broker/reply.h"
#include "server/operation/operations.h"

namespace tier0 {

/// How the operation of a call ended, as the call's reply. Thread-safe.
class OperationReplies {
 public:
  OperationReplies(Operations& operations, const Registry& registry)
      : operations_(operations), registry_(registry) {}

  /// `accepted` with the outcome that the snapshot has: the output, the error, or, while it runs,
  /// `changed: null` and the call to wait with.
  Reply reply_of(const Reply& accepted, const Result<OperationSnapshot>& snapshot) const;

  /// The same with how it stands now. `accepted` has the outcome Underway.
  Reply as_it_is(const Reply& accepted) const;

  using Report = std::function<void(double done, double total, const std::string& message)>;
  /// Calls `done` once, at the end or at the deadline, and `report` meanwhile; both on other
  /// threads, neither may block. Nobody waits. `accepted` has the outcome Underway.
  void when_settled(Reply accepted, TimePoint deadline, Report report,
                    std::function<void(Reply)> done) const;

  /// The same for callers that have a thread to wait with, and in that thread: ends with a stop,
  /// too.
  Reply wait(const Reply& accepted, const Cancel& cancel, Progress& progress) const;

 private:
  Operations& operations_;
  const Registry& registry_;
};

}  // namespace tier0
