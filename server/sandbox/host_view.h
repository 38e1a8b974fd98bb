#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/clock.h"
#include "server/base/result.h"
#include "server/sandbox/disk.h"

namespace tier0::sandbox {

enum class Power { Off, On, Rescue };

/// One VM as its SSH side sees it, at one moment.
struct HostState {
  std::string vps;  // the provider's id
  std::string hostname;
  std::string address;  // the public IPv4 the API shows; empty until there is one
  Power power = Power::Off;
  bool answers_ssh = false;     // powered, booted, and the firewall lets the client in on port 22
  std::string host_key_seed;    // of the system that runs now: the rescue system has its own
  std::string rescue_password;  // in Rescue only: the one way in, as root
  Millis booted = 0;            // start of the running system
  int cpus = 1;
  int memory_mb = 4096;
  int disk_mb = 51200;
  DiskPtr disk;                  // never null; in Rescue it is mounted under /mnt
  Json script = Json::object();  // what /__sim/hosts asked of this host; opaque to the provider
};

/// Where a simulated sshd listens, for the ready line and /__sim/hosts.
struct HostEndpoint {
  std::string address;
  int port = 0;
  std::string host_key;  // SHA256:…
};

/// The provider's world as the simulated SSH hosts may see and change it. Thread-safe; nothing
/// here blocks but wait_for_change.
class HostView {
 public:
  virtual ~HostView() = default;

  /// Every VM of the first account that has an operating system, in the order of their ids.
  virtual std::vector<HostState> hosts() const = 0;
  /// Empty where there is no such VM or it has no operating system yet.
  virtual std::optional<HostState> host(std::string_view vps) const = 0;
  /// The active firewall's verdict on a connection from where the sandbox's clients are said to be
  /// (`client_addresses` of /__sim/hosts). True without a firewall.
  virtual bool lets_in(std::string_view vps, int port) const = 0;

  /// Replaces the disk if it is still `seen`, the pointer that host() gave; otherwise kind
  /// conflict: read again, change again.
  virtual Result<Unit> replace_disk(std::string_view vps, const DiskPtr& seen, Disk next) = 0;
  /// The running system restarts itself: ssh is away for a while, the API's state stays running.
  virtual Result<Unit> reboot(std::string_view vps) = 0;
  /// The running system switches itself off.
  virtual Result<Unit> power_off(std::string_view vps) = 0;
  virtual void announce(std::string_view vps, const HostEndpoint& endpoint) = 0;

  virtual Millis now() const = 0;
  /// How many times faster than real time the provider's work goes.
  virtual double time_scale() const = 0;
  /// Rises with every change of the world.
  virtual std::uint64_t revision() const = 0;
  /// Returns the revision as soon as it differs from `seen`, at `until`, or on a stop.
  virtual std::uint64_t wait_for_change(std::uint64_t seen, TimePoint until,
                                        const std::stop_token& stop) const = 0;
};

/// Reads the disk, lets `change` edit a copy, replaces it, and starts over where another was first.
Result<Unit> change_disk(HostView& view, std::string_view vps,
                         const std::function<void(Disk&)>& change);

}  // namespace tier0::sandbox
