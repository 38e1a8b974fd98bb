#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/backend/hosting_ids.h"
#include "server/base/cancel.h"
#include "server/base/clock.h"

namespace tier0 {

/// What one catalogue item costs for one period. All amounts are cents.
struct Price {
  PriceId id = {};
  std::string name = {};
  std::string currency = {};
  long long price_cents = 0;         // from the second period on
  long long first_period_cents = 0;  // today
  int period = 0;
  std::string period_unit = {};  // day, week, month, year or none
};

struct CatalogItem {
  std::string id = {};
  std::string name = {};  // .COM Domain, KVM 2
  std::string category = {};
  std::vector<Price> prices = {};
};

/// Empty members do not filter. `category` is DOMAIN, VPS or EMAIL; `name` may hold `*`.
struct CatalogQuery {
  std::string category = {};
  std::string name = {};
};

struct Subscription {
  SubscriptionId id = {};
  std::string name = {};
  std::string status =
      {};  // active, paused, cancelled, not_renewing, transferred, in_trial, future
  int billing_period = 0;
  std::string billing_period_unit = {};
  std::string currency = {};
  long long total_cents = 0;
  long long renewal_cents = 0;
  bool is_auto_renewed = false;
  std::optional<WallTime> created_at = {};
  std::optional<WallTime> expires_at = {};
  std::optional<WallTime> next_billing_at = {};
};

struct PaymentMethod {
  PaymentMethodId id = {};
  std::string name = {};
  std::string identifier = {};  // masked by the provider
  std::string kind = {};        // card, …
  bool is_default = false;
  bool is_expired = false;
  bool is_suspended = false;
  std::optional<WallTime> expires_at = {};
};

/// Reading prices and contracts; buying is with what is bought. Errors common to all methods: see
/// HostingApi.
class BillingApi {
 public:
  virtual ~BillingApi() = default;

  virtual Result<std::vector<CatalogItem>> list_catalog(const CatalogQuery& query,
                                                        const Cancel& cancel) = 0;
  virtual Result<std::vector<Subscription>> list_subscriptions(const Cancel& cancel) = 0;
  virtual Result<std::vector<PaymentMethod>> list_payment_methods(const Cancel& cancel) = 0;
};

}  // namespace tier0
