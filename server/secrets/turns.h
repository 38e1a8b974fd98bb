#pragma once

#include <memory>
#include <set>
#include <string>

#include "server/base/cancel.h"
#include "server/base/mutex.h"

namespace tier0 {

/// One at a time for each name, within this process. Thread-safe. Not a lock: the holder may call
/// out, and a wait ends with its Cancel.
class Turns {
 public:
  explicit Turns(const Clock& clock) : clock_(clock) {}

  /// Over when it goes.
  class Turn {
   public:
    Turn(Turns& turns, std::string name) : turns_(turns), name_(std::move(name)) {}
    ~Turn() { turns_.end(name_); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Turns& turns_;
    const std::string name_;
  };

  Result<std::unique_ptr<Turn>> take(const std::string& name, const Cancel& cancel)
      EXCLUDES(mutex_);

 private:
  void end(const std::string& name) EXCLUDES(mutex_);

  const Clock& clock_;
  Mutex mutex_;
  ConditionVariable ended_;
  std::set<std::string, std::less<>> taken_ GUARDED_BY(mutex_);
};

}  // namespace tier0
