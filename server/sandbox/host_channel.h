#pragma once

#include <memory>
#include <string>

#include "server/base/clock.h"
#include "server/sandbox/host_login.h"
#include "server/sandbox/host_view.h"

struct ssh_session_struct;
struct ssh_channel_struct;

namespace tier0::sandbox {

/// One channel that a client opened on a simulated host: one command, or SFTP. For the thread of
/// its connection; must not outlive the session.
class HostChannel {
 public:
  /// Null where libssh gives no channel.
  static std::unique_ptr<HostChannel> open(ssh_session_struct* session, HostView& view,
                                           const std::string& vps, const HostLogin& login);
  ~HostChannel();
  HostChannel(const HostChannel&) = delete;
  HostChannel& operator=(const HostChannel&) = delete;

  ssh_channel_struct* handle() const;

  enum class State { Open, Ended, DropsConnection };
  /// Does what can be done without waiting.
  State advance();
  /// When to advance again even if nothing arrives.
  TimePoint next() const;

 private:
  struct Libssh;
  explicit HostChannel(std::unique_ptr<Libssh> libssh);

  std::unique_ptr<Libssh> libssh_;
};

}  // namespace tier0::sandbox
