#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/backend/hosting_api.h"
#include "server/base/cancel.h"
#include "server/base/mutex.h"
#include "server/policy/targets.h"
#include "server/tool/context.h"

namespace tier0 {

/// Names that the configuration gives to VPSs.
struct FleetNames {
  std::map<std::string, std::string, std::less<>> hosts = {};  // ssh.hosts: name to id
  std::map<std::string, std::vector<std::string>, std::less<>> tenants = {};  // slug to ids
};

/// Where the names come from: asked once, for the first call that needs them, without a lock.
using NamesSource = std::function<Result<FleetNames>(const Cancel&)>;

/// Every account's VPSs: turns what a caller wrote into an id, and an id into its account. Listings
/// are kept for some seconds, since they only serve to find names. Thread-safe.
class Fleet final : public HostMap, public Owners {
 public:
  /// The accounts outlive the fleet; there is at least one.
  Fleet(std::vector<Account> accounts, FleetNames names, const Clock& clock);
  Fleet(std::vector<Account> accounts, const Clock& clock, NamesSource names);

  /// Asks for the names unless they are known. Before that no host and no tenant has one; after an
  /// error the next call asks again.
  Result<Unit> learn_names(const Cancel& cancel);

  std::span<const Account> accounts() const { return accounts_; }
  std::optional<HostName> host_of(const VpsId& vps) const override;
  std::optional<VpsId> vps_of(const HostName& host) const;
  /// The VPSs that have a host of ssh.hosts.
  std::vector<VpsId> with_hosts() const;
  /// From the last listing, without asking; of VPSs only. learn_accounts takes one if need be.
  std::optional<std::string> account_of(std::string_view dimension,
                                        const std::string& id) const override;
  void learn_accounts(const Cancel& cancel);

  /// Whether this caller may know of the VPS.
  using Visible = std::function<bool(const VpsId&)>;

  /// The id behind an id, ssh.hosts name, tenant slug, hostname or address. An id is taken at its
  /// word. Kind not_found where nothing visible matches, validation with the candidates where
  /// several do; what is not visible is never told apart from what does not exist.
  Result<VpsId> resolve(const std::string& selector, const Visible& visible, const Cancel& cancel);

  /// The account a VPS belongs to. With one account it is that one, without asking.
  Result<HostingApi*> owner_of(const VpsId& vps, const Cancel& cancel);

 private:
  struct Entry {
    Vps vps;
    HostingApi* api;
  };
  struct Listing {
    std::vector<Entry> entries;
    TimePoint taken;
  };
  Result<std::shared_ptr<const Listing>> listing(const Cancel& cancel);
  struct Names {
    FleetNames given;
    std::map<std::string, HostName> host_by_vps;
  };
  static std::shared_ptr<const Names> index(FleetNames given);
  std::shared_ptr<const Names> names() const EXCLUDES(mutex_);

  const std::vector<Account> accounts_;
  const NamesSource source_;
  const Clock& clock_;
  mutable Mutex mutex_;
  std::shared_ptr<const Names> names_ GUARDED_BY(mutex_);  // null: not asked for yet
  std::shared_ptr<const Listing> listing_ GUARDED_BY(mutex_);
};

}  // namespace tier0
