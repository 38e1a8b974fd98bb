#pragma once

#include <memory>
#include <string>

#include "server/base/clock.h"
#include "server/base/fd.h"
#include "server/sandbox/host_key.h"
#include "server/sandbox/host_view.h"

namespace tier0::sandbox {

/// One client of a simulated host, from its key exchange to its end, over libssh and without ever
/// waiting: whoever owns it polls. For one thread.
class HostConnection {
 public:
  /// Null where libssh cannot serve the socket.
  static std::unique_ptr<HostConnection> accept(OwnedFd socket, const HostKey& key, HostView& view,
                                                const HostState& host);
  ~HostConnection();
  HostConnection(const HostConnection&) = delete;
  HostConnection& operator=(const HostConnection&) = delete;

  int socket() const;
  /// What to poll the socket for.
  short events() const;
  /// Does what can be done without waiting. False once the connection is over.
  bool advance();
  /// When to advance again even if nothing arrives.
  TimePoint next() const;

 private:
  struct Libssh;
  explicit HostConnection(std::unique_ptr<Libssh> libssh);

  std::unique_ptr<Libssh> libssh_;
};

}  // namespace tier0::sandbox
