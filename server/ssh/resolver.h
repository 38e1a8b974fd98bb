#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/base/cancel.h"
#include "server/base/mutex.h"
#include "server/base/result.h"

namespace tier0::ssh {

struct Endpoint {
  sockaddr_storage address = {};
  socklen_t size = 0;
};

/// Turns addresses and names into endpoints. A name is looked up on a thread of its own, because
/// the system's resolver knows no deadline; the caller leaves at its own one. Thread-safe. The
/// destructor waits for look-ups under way, which the system's resolver bounds.
class Resolver {
 public:
  /// Empty where the name is unknown.
  using LookUp = std::function<std::vector<Endpoint>(const std::string& name, std::uint16_t port)>;

  Resolver();
  /// With another way to look a name up, for tests.
  explicit Resolver(LookUp look_up) : look_up_(std::move(look_up)) {}

  /// Kinds ssh_unreachable (no such name), overloaded, timeout, cancelled.
  Result<std::vector<Endpoint>> resolve(const std::string& address, std::uint16_t port,
                                        const Cancel& cancel);

 private:
  struct Answer {
    Mutex mutex;
    ConditionVariable changed;
    bool known GUARDED_BY(mutex) = false;
    std::vector<Endpoint> endpoints GUARDED_BY(mutex);
  };
  struct Running {
    std::shared_ptr<Answer> answer;
    std::jthread thread;
  };

  Result<std::shared_ptr<Answer>> begin(const std::string& name, std::uint16_t port);

  const LookUp look_up_;
  Mutex mutex_;
  std::list<Running> running_ GUARDED_BY(mutex_);
};

}  // namespace tier0::ssh
