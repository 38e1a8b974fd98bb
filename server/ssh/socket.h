#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "server/base/cancel.h"
#include "server/base/fd.h"
#include "server/base/result.h"
#include "server/ssh/resolver.h"

namespace tier0::ssh {

TimePoint now();

/// For poll: the whole milliseconds until `when`, rounded up, at least 0 and at most an hour.
int poll_timeout(TimePoint when);

/// While this lives, a stop shuts the socket down, which wakes whoever polls it. Its destructor
/// waits for a shutdown under way, so the descriptor may be closed afterwards.
class ShutdownOnStop {
 public:
  ShutdownOnStop(const std::stop_token& stop, int socket) : callback_(stop, Shutdown{socket}) {}

 private:
  struct Shutdown {
    int socket;
    void operator()() const noexcept;
  };
  std::stop_callback<Shutdown> callback_;
};

/// A connected, non-blocking TCP socket without Nagle's delay. Tries the endpoints in turn, each
/// with its share of the time that is left. `where` is what errors call the host. Kinds
/// ssh_unreachable, timeout, cancelled.
Result<OwnedFd> connect_tcp(const std::vector<Endpoint>& endpoints, const std::string& where,
                            const Cancel& cancel);

}  // namespace tier0::ssh
