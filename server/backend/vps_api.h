#pragma once

#include <string>
#include <vector>

#include "server/backend/action.h"
#include "server/backend/vps.h"
#include "server/base/cancel.h"
#include "server/base/secret.h"

namespace tier0 {

/// Resolvers of a VM; ns2 and ns3 may be empty.
struct Nameservers {
  std::string ns1 = {};
  std::string ns2 = {};
  std::string ns3 = {};
};

/// The life of existing VMs. Errors common to all methods: see HostingApi.
class VpsApi {
 public:
  virtual ~VpsApi() = default;

  virtual Result<std::vector<Vps>> list_vps(const Cancel& cancel) = 0;
  virtual Result<Vps> get_vps(const VpsId& vps, const Cancel& cancel) = 0;
  /// No longest range is documented; a month is tens of kilobytes.
  virtual Result<Metrics> get_metrics(const VpsId& vps, const TimeRange& range,
                                      const Cancel& cancel) = 0;

  /// Every recorded action, newest first.
  virtual Result<std::vector<Action>> list_actions(const VpsId& vps, const Cancel& cancel) = 0;
  /// The newest page of them (15 to 50), newest first: what a poll after a write needs.
  virtual Result<std::vector<Action>> recent_actions(const VpsId& vps, const Cancel& cancel) = 0;
  virtual Result<Action> get_action(const VpsId& vps, const ActionId& action,
                                    const Cancel& cancel) = 0;

  /// Accepted and without effect if it runs already.
  virtual Result<Accepted> start_vps(const VpsId& vps, const Cancel& cancel) = 0;
  /// Accepted and without effect if it is stopped. Billing goes on.
  virtual Result<Accepted> stop_vps(const VpsId& vps, const Cancel& cancel) = 0;
  /// A full stop and start; starts a stopped VM.
  virtual Result<Accepted> restart_vps(const VpsId& vps, const Cancel& cancel) = 0;

  /// Reboots the machine (seen in the field). A lower-case FQDN; leaves the PTR record alone.
  virtual Result<Accepted> set_hostname(const VpsId& vps, const std::string& hostname,
                                        const Cancel& cancel) = 0;
  /// Resets the PTR record too.
  virtual Result<Accepted> reset_hostname(const VpsId& vps, const Cancel& cancel) = 0;
  virtual Result<Accepted> set_ptr(const VpsId& vps, const IpAddressId& ip,
                                   const std::string& domain, const Cancel& cancel) = 0;
  virtual Result<Accepted> delete_ptr(const VpsId& vps, const IpAddressId& ip,
                                      const Cancel& cancel) = 0;
  /// A resolver that does not answer breaks the machine.
  virtual Result<Accepted> set_nameservers(const VpsId& vps, const Nameservers& nameservers,
                                           const Cancel& cancel) = 0;

  /// At least 12 characters: upper, lower, digit and one of -().&@?'#;/,+
  virtual Result<Accepted> set_root_password(const VpsId& vps, const Secret& password,
                                             const Cancel& cancel) = 0;
  /// At least 8 characters.
  virtual Result<Accepted> set_panel_password(const VpsId& vps, const Secret& password,
                                              const Cancel& cancel) = 0;

  /// Boots the rescue system with this root password; the disk is under /mnt.
  virtual Result<Accepted> start_recovery(const VpsId& vps, const Secret& root_password,
                                          const Cancel& cancel) = 0;
  /// Fails if the VM is not in recovery.
  virtual Result<Accepted> stop_recovery(const VpsId& vps, const Cancel& cancel) = 0;
};

}  // namespace tier0
