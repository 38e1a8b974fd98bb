#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "server/base/result.h"
#include "server/sandbox/host_view.h"

namespace tier0::sandbox {

/// The simulated SSH hosts: an SSH server on loopback for each VM that has a system, as the world
/// says it is now. They answer from a table of plain programs and serve files of the simulated
/// disks; nothing ever runs on this machine. Thread-safe.
class Hosts {
 public:
  /// Starts those that run and follows the world from then on. The view outlives the hosts.
  static Result<std::unique_ptr<Hosts>> start(HostView& view);

  virtual ~Hosts() = default;  // stops
  /// Where this VM's SSH server is, whether or not it lets anyone in just now; empty where the VM
  /// has no system yet.
  virtual std::optional<HostEndpoint> endpoint(std::string_view vps) const = 0;
};

}  // namespace tier0::sandbox
