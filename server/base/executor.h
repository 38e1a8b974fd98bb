#pragma once

#include <functional>

namespace tier0 {

/// Runs jobs on threads of its own, a bounded number of them. Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;
  /// False if the queue is full or the executor is stopping: the job will never run, and the caller
  /// answers "overloaded" at once. Never blocks, never runs the job on the calling thread.
  virtual bool submit(std::function<void()> job) = 0;
};

}  // namespace tier0
