#include "server/broker/fleet.h"

#include <algorithm>

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::chrono::seconds kKeep{10};
constexpr std::size_t kShown = 60;

bool is_number(std::string_view text) {
  return VpsId::parse(text).has_value();
}

bool matches(const Vps& vps, const std::string& selector) {
  const auto is_it = [&](const IpAddress& ip) { return ip.address == selector; };
  return vps.hostname == selector || std::ranges::any_of(vps.ipv4, is_it) ||
         std::ranges::any_of(vps.ipv6, is_it);
}

Error none(const std::string& selector) {
  return {.code = Code::NotFound,
          .message = "no VPS matches '" + clean_text(selector, kShown) + "'",
          .hint = "Call list-vps; use an id, hostname, address or tenant slug from it."};
}

Error several(const std::string& selector, const std::vector<const Vps*>& found) {
  Error error{.code = Code::Validation,
              .message = "'" + clean_text(selector, kShown) + "' matches " +
                         std::to_string(found.size()) + " VPSs",
              .hint = "Use the id of the one you mean."};
  for (const Vps* vps : found) error.details.push_back({"vps " + vps->id.value, vps->hostname});
  return error;
}

}  // namespace

Fleet::Fleet(std::vector<Account> accounts, FleetNames names, const Clock& clock)
    : accounts_(std::move(accounts)), clock_(clock), names_(index(std::move(names))) {}

Fleet::Fleet(std::vector<Account> accounts, const Clock& clock, NamesSource names)
    : accounts_(std::move(accounts)), source_(std::move(names)), clock_(clock) {}

std::shared_ptr<const Fleet::Names> Fleet::index(FleetNames given) {
  auto names = std::make_shared<Names>();
  for (const auto& [name, vps] : given.hosts) names->host_by_vps.emplace(vps, HostName{name});
  names->given = std::move(given);
  return names;
}

std::shared_ptr<const Fleet::Names> Fleet::names() const {
  static const auto kNone = std::make_shared<const Names>();
  const MutexLock lock(mutex_);
  return names_ ? names_ : kNone;
}

Result<Unit> Fleet::learn_names(const Cancel& cancel) {
  {
    const MutexLock lock(mutex_);
    if (names_) return Unit{};
  }
  T0_TRY(FleetNames given, source_(cancel));
  auto known = index(std::move(given));
  const MutexLock lock(mutex_);
  if (!names_) names_ = std::move(known);
  return Unit{};
}

std::optional<HostName> Fleet::host_of(const VpsId& vps) const {
  const auto known = names();
  const auto found = known->host_by_vps.find(vps.value);
  return found == known->host_by_vps.end() ? std::nullopt : std::optional(found->second);
}

std::optional<VpsId> Fleet::vps_of(const HostName& host) const {
  const auto known = names();
  const auto found = known->given.hosts.find(host.value);
  return found == known->given.hosts.end() ? std::nullopt : std::optional(VpsId{found->second});
}

std::vector<VpsId> Fleet::with_hosts() const {
  const auto known = names();
  std::vector<VpsId> machines;
  for (const auto& [vps, host] : known->host_by_vps) machines.push_back(VpsId{vps});
  return machines;
}

std::optional<std::string> Fleet::account_of(std::string_view dimension,
                                             const std::string& id) const {
  if (dimension != "vps") return std::nullopt;
  if (accounts_.size() == 1) return accounts_.front().name;
  std::shared_ptr<const Listing> known;
  {
    MutexLock lock(mutex_);
    known = listing_;
  }
  if (!known) return std::nullopt;
  for (const Entry& entry : known->entries) {
    if (entry.vps.id.value != id) continue;
    const auto account = std::ranges::find(accounts_, entry.api, &Account::api);
    return account->name;
  }
  return std::nullopt;
}

void Fleet::learn_accounts(const Cancel& cancel) {
  if (accounts_.size() == 1) return;
  // Without an answer nothing is known, and what grants limit by account stays closed.
  static_cast<void>(listing(cancel).has_value());
}

Result<VpsId> Fleet::resolve(const std::string& selector, const Visible& visible,
                             const Cancel& cancel) {
  if (is_number(selector)) return VpsId::parse(selector);
  const std::shared_ptr<const Names> names = this->names();
  const FleetNames& given = names->given;
  if (const auto host = given.hosts.find(selector);
      host != given.hosts.end() && visible(VpsId{host->second}))
    return VpsId{host->second};
  std::vector<const Vps*> found;
  T0_TRY(const std::shared_ptr<const Listing> known, listing(cancel));
  const auto tenant = given.tenants.find(selector);
  for (const Entry& entry : known->entries) {
    const bool of_tenant =
        tenant != given.tenants.end() &&
        std::ranges::find(tenant->second, entry.vps.id.value) != tenant->second.end();
    if ((of_tenant || matches(entry.vps, selector)) && visible(entry.vps.id))
      found.push_back(&entry.vps);
  }
  if (found.empty()) return none(selector);
  if (found.size() > 1) return several(selector, found);
  return found.front()->id;
}

Result<HostingApi*> Fleet::owner_of(const VpsId& vps, const Cancel& cancel) {
  if (accounts_.size() == 1) return accounts_.front().api;
  T0_TRY(const std::shared_ptr<const Listing> known, listing(cancel));
  for (const Entry& entry : known->entries)
    if (entry.vps.id == vps) return entry.api;
  return none(vps.value);
}

Result<std::shared_ptr<const Fleet::Listing>> Fleet::listing(const Cancel& cancel) {
  const TimePoint now = clock_.now();
  {
    MutexLock lock(mutex_);
    if (listing_ && now - listing_->taken < kKeep) return listing_;
  }
  auto fresh = std::make_shared<Listing>();
  fresh->taken = now;
  for (const Account& account : accounts_) {
    T0_TRY(std::vector<Vps> machines, account.api->list_vps(cancel));
    for (Vps& vps : machines) fresh->entries.push_back({std::move(vps), account.api});
  }
  MutexLock lock(mutex_);
  listing_ = fresh;
  return std::shared_ptr<const Listing>(std::move(fresh));
}

}  // namespace tier0
