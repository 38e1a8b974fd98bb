#include "server/secrets/turns.h"

namespace tier0 {

Result<std::unique_ptr<Turns::Turn>> Turns::take(const std::string& name, const Cancel& cancel) {
  {
    const MutexLock lock(mutex_);
    const bool free =
        ended_.wait_until(mutex_, cancel.stop, cancel.deadline,
                          [this, &name]() REQUIRES(mutex_) { return !taken_.contains(name); });
    if (!free) {
      T0_CHECK(cancel.check(clock_));
      return Error{.code = Code::Timeout, .message = "the deadline of the call passed"};
    }
    taken_.insert(name);
  }
  return std::make_unique<Turn>(*this, name);
}

void Turns::end(const std::string& name) {
  {
    const MutexLock lock(mutex_);
    taken_.erase(name);
  }
  ended_.notify_all();
}

}  // namespace tier0
