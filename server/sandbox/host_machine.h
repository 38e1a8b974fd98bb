#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/sandbox/host_connection.h"
#include "server/sandbox/host_key.h"
#include "server/sandbox/host_port.h"
#include "server/sandbox/host_view.h"

struct pollfd;

namespace tier0::sandbox {

/// The sshd of one VM: its port, its key and its clients. For one thread.
class HostMachine {
 public:
  /// Kind internal where there is no port or no key to be had.
  static Result<std::unique_ptr<HostMachine>> make(HostView& view, const HostState& state);

  /// Opens or closes the port and ends connections, as the world has it now.
  Result<Unit> follow(const HostState& state);

  const std::string& vps() const { return vps_; }
  HostEndpoint endpoint() const;
  std::size_t clients() const { return connections_.size() + held_.size(); }

  /// Adds what to wait for.
  void add_to(std::vector<pollfd>& waiting) const;
  /// Lets clients in, at most so many more, and does what can be done for those there are.
  void advance(std::size_t room);
  TimePoint next() const;

 private:
  HostMachine(HostView& view, std::string vps, HostPort port)
      : view_(view), vps_(std::move(vps)), port_(std::move(port)) {}

  void drop_clients();

  HostView& view_;
  const std::string vps_;
  HostPort port_;
  std::string seed_;
  HostKey key_;
  std::string system_;  // which one runs: another one knows nothing of the clients so far
  bool mute_ = false;   // the script wants clients to be accepted and never spoken to
  std::vector<std::unique_ptr<HostConnection>> connections_;
  std::vector<OwnedFd> held_;  // clients that nobody speaks to
};

}  // namespace tier0::sandbox
