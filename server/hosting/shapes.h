#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/backend/hosting_api.h"
#include "server/base/json.h"

namespace tier0::hosting {

/// The provider's shapes as our types. Every error is of kind upstream.
Result<Vps> parse_vps(const Json& value);
Result<Action> parse_action(const Json& value);
/// Never an error: an answer that holds no action is an acceptance without one.
Accepted parse_accepted(const Json& value);
Result<Metrics> parse_metrics(const Json& value);
Result<OsTemplate> parse_template(const Json& value);
Result<DataCenter> parse_data_center(const Json& value);
Result<PostInstallScript> parse_script(const Json& value);
Result<PurchasedVps> parse_purchase(const Json& value);
Result<Backup> parse_backup(const Json& value);
Result<std::optional<Snapshot>> parse_snapshot(const Json& value);
Result<Firewall> parse_firewall(const Json& value);
Result<FirewallRule> parse_firewall_rule(const Json& value);
Result<PublicKey> parse_public_key(const Json& value);
Result<ScanMetrics> parse_scan_metrics(const Json& value);
Result<Project> parse_project(const Json& value);
Result<ProjectContent> parse_project_content(const Json& value);
Result<Container> parse_container(const Json& value);
Result<ServiceLog> parse_service_log(const Json& value);
Result<Availability> parse_availability(const Json& value);
Result<std::string> parse_domain_name(const Json& value);
Result<Domain> parse_domain(const Json& value);
Result<CatalogItem> parse_catalog_item(const Json& value);
Result<Subscription> parse_subscription(const Json& value);
Result<PaymentMethod> parse_payment_method(const Json& value);

/// Each element of an array; null and absent count as empty.
template <class T>
Result<std::vector<T>> parse_list(const Json& value, Result<T> (*parse)(const Json&)) {
  std::vector<T> items;
  if (value.is_null()) return items;
  if (!value.is_array())
    return Error{.code = Code::Upstream,
                 .message = "the provider's answer makes no sense: a list is not a list"};
  items.reserve(value.size());
  for (const Json& one : value) {
    T0_TRY(T item, parse(one));
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace tier0::hosting
