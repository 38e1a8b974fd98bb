#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/backend/action.h"
#include "server/backend/vps.h"
#include "server/base/cancel.h"
#include "server/base/secret.h"

namespace tier0 {

struct DataCenter {
  DataCenterId id = {};
  std::string name = {};      // phx
  std::string location = {};  // country code
  std::string city = {};
  std::string continent = {};
};

/// A public key that the provider installs while it sets a VM up.
struct NewPublicKey {
  std::string name = {};
  std::string key = {};  // one OpenSSH line
};

/// Leave the passwords out: the provider then makes ones that nobody sees, and access is by key.
struct VpsSetup {
  TemplateId os = {};
  DataCenterId data_center = {};
  std::optional<ScriptId> post_install = {};
  std::optional<Secret> root_password = {};  // at least 12 characters
  std::string hostname = {};                 // lower-case FQDN; empty: the provider's choice
  bool install_monarx = false;
  bool enable_backups = true;  // weekly
  std::string ns1 = {};
  std::string ns2 = {};
  std::optional<NewPublicKey> public_key = {};
};

struct VpsPurchase {
  PriceId price = {};
  std::optional<PaymentMethodId> payment_method = {};  // empty: the account's default
  VpsSetup setup = {};
  std::vector<std::string> coupons = {};
};

struct Order {
  std::string id = {};
  std::optional<SubscriptionId> subscription = {};
  std::string status =
      {};  // completed, pending, processing, awaiting_payment, payment_initiated, …
  std::string currency = {};
  long long subtotal_cents = 0;
  long long total_cents = 0;
};

/// `vps` is empty where the payment is pending (202): the machine appears later as `initial` and is
/// not set up.
struct PurchasedVps {
  Order order = {};
  std::optional<Vps> vps = {};
};

/// What `recreate_vps` installs.
struct Reinstall {
  TemplateId os = {};
  std::optional<Secret> root_password = {};   // at least 12 characters
  std::optional<Secret> panel_password = {};  // at least 12 characters
  std::optional<ScriptId> post_install = {};
};

/// Runs once as /post_install, log in /post_install.log.
struct PostInstallScript {
  ScriptId id = {};
  std::string name = {};
  std::string content = {};  // as stored, not cleaned
  std::optional<WallTime> created_at = {};
  std::optional<WallTime> updated_at = {};
};

struct NewScript {
  std::string name = {};
  std::string content = {};  // at most 48 KB
};

/// Buying, installing and what that needs. Errors common to all methods: see HostingApi.
class ProvisionApi {
 public:
  virtual ~ProvisionApi() = default;

  virtual Result<std::vector<DataCenter>> list_data_centers(const Cancel& cancel) = 0;
  virtual Result<std::vector<OsTemplate>> list_templates(const Cancel& cancel) = 0;
  virtual Result<OsTemplate> get_template(const TemplateId& os, const Cancel& cancel) = 0;

  /// Charges and installs in one call. Every error after the request may have left, a refusal with
  /// 402, 422 or 500 included, can come after the charge: list the VMs and subscriptions and
  /// compare with before. Such errors carry `maybe_done`. Never call it twice for one wish.
  virtual Result<PurchasedVps> purchase_vps(const VpsPurchase& purchase, const Cancel& cancel) = 0;
  /// Installs a bought VM that is still `initial`; returns the VM, not an action.
  virtual Result<Vps> setup_vps(const VpsId& vps, const VpsSetup& setup, const Cancel& cancel) = 0;
  /// Wipes the disk and the snapshot.
  virtual Result<Accepted> recreate_vps(const VpsId& vps, const Reinstall& reinstall,
                                        const Cancel& cancel) = 0;

  virtual Result<std::vector<PostInstallScript>> list_scripts(const Cancel& cancel) = 0;
  virtual Result<PostInstallScript> get_script(const ScriptId& script, const Cancel& cancel) = 0;
  /// Kind forbidden on an account that never owned a VPS ([VPS:2000]).
  virtual Result<PostInstallScript> create_script(const NewScript& script,
                                                  const Cancel& cancel) = 0;
  virtual Result<PostInstallScript> update_script(const ScriptId& id, const NewScript& script,
                                                  const Cancel& cancel) = 0;
  virtual Result<Unit> delete_script(const ScriptId& script, const Cancel& cancel) = 0;
};

}  // namespace tier0
