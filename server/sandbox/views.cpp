#include "server/sandbox/views.h"

#include "server/sandbox/catalog.h"
#include "server/sandbox/replies.h"

namespace tier0::sandbox {
namespace {

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json addresses_view(const std::vector<IpAddress>& addresses) {
  if (addresses.empty()) return nullptr;
  Json list = Json::array();
  for (const IpAddress& ip : addresses)
    list.push_back({{"id", ip.id}, {"address", ip.address}, {"ptr", or_null(ip.ptr)}});
  return list;
}

}  // namespace

Json vm_view(const Vm& vm) {
  const Template* system = find_template(vm.template_id);
  return {{"id", vm.id},
          {"firewall_group_id", or_null(vm.firewall)},
          {"subscription_id", or_null(vm.subscription)},
          {"data_center_id", or_null(vm.data_center)},
          {"plan", or_null(vm.plan)},
          {"hostname", vm.hostname},
          {"state", vm.state},
          {"actions_lock", vm.busy_with != 0 ? "locked" : "unlocked"},
          {"cpus", vm.cpus},
          {"memory", vm.memory},
          {"disk", vm.disk_size},
          {"bandwidth", vm.bandwidth},
          {"ns1", or_null(vm.ns1)},
          {"ns2", or_null(vm.ns2)},
          {"ipv4", addresses_view(vm.ipv4)},
          {"ipv6", addresses_view(vm.ipv6)},
          {"template", system != nullptr ? template_view(*system) : Json(nullptr)},
          {"created_at", stamp(vm.created)}};
}

Json action_view(const Action& action) {
  return {{"id", action.id},
          {"name", action.name},
          {"state", action.state},
          {"created_at", stamp(action.created)},
          {"updated_at", stamp(action.updated)}};
}

Json backup_view(const Backup& backup) {
  return {{"id", backup.id},
          {"size", backup.size},
          {"restore_time", backup.restore_time},
          {"location", backup.location},
          {"created_at", stamp(backup.created)}};
}

Json snapshot_view(const Snapshot& snapshot) {
  return {{"id", snapshot.id},
          {"restore_time", snapshot.restore_time},
          {"created_at", stamp(snapshot.created)},
          {"expires_at", stamp(snapshot.expires)}};
}

Json rule_view(const FirewallRule& rule) {
  return {{"id", rule.id},     {"action", "accept"},    {"protocol", rule.protocol},
          {"port", rule.port}, {"source", rule.source}, {"source_detail", rule.source_detail}};
}

Json firewall_view(const Firewall& firewall) {
  Json rules = Json::array();
  for (const FirewallRule& rule : firewall.rules) rules.push_back(rule_view(rule));
  return {{"id", firewall.id},
          {"name", firewall.name},
          {"is_synced", firewall.is_synced},
          {"rules", std::move(rules)},
          {"created_at", stamp(firewall.created)},
          {"updated_at", stamp(firewall.updated)}};
}

Json key_view(const PublicKey& key) {
  return {{"id", key.id}, {"name", key.name}, {"key", key.key}};
}

Json script_view(const PostInstallScript& script) {
  return {{"id", script.id},
          {"name", script.name},
          {"content", script.content},
          {"created_at", stamp(script.created)},
          {"updated_at", stamp(script.updated)}};
}

Json order_view(const Order& order) {
  return {{"id", order.id},
          {"subscription_id", order.subscription},
          {"status", order.status},
          {"currency", order.currency},
          {"subtotal", order.subtotal},
          {"total", order.total},
          {"billing_address",
           {{"first_name", "Ada"},
            {"last_name", "Operator"},
            {"company", nullptr},
            {"address_1", "1 Example Street"},
            {"address_2", nullptr},
            {"city", "Santiago"},
            {"state", nullptr},
            {"zip", "8320000"},
            {"country", "CL"},
            {"phone", nullptr},
            {"email", "owner@example.net"}}},
          {"created_at", stamp(order.created)},
          {"updated_at", stamp(order.updated)}};
}

Json subscription_view(const Subscription& subscription) {
  return {{"id", subscription.id},
          {"name", subscription.name},
          {"status", subscription.status},
          {"billing_period", subscription.billing_period},
          {"billing_period_unit", subscription.billing_period_unit},
          {"currency_code", subscription.currency},
          {"total_price", subscription.total_price},
          {"renewal_price", subscription.renewal_price},
          {"is_auto_renewed", subscription.is_auto_renewed},
          {"created_at", stamp(subscription.created)},
          {"expires_at", stamp_or_null(subscription.expires)},
          {"next_billing_at", stamp_or_null(subscription.next_billing)}};
}

Json card_view(const PaymentMethod& card) {
  return {{"id", card.id},
          {"name", card.name},
          {"identifier", card.identifier},
          {"payment_method", card.payment_method},
          {"is_default", card.is_default},
          {"is_expired", card.is_expired},
          {"is_suspended", card.is_suspended},
          {"created_at", stamp(card.created)},
          {"expires_at", stamp(card.expires)}};
}

Json domain_view(const Domain& domain) {
  return {{"id", domain.id},
          {"domain", or_null(domain.domain)},
          {"type", domain.type},
          {"status", domain.status},
          {"created_at", stamp(domain.created)},
          {"expires_at", stamp_or_null(domain.expires)}};
}

Json domain_details_view(const Domain& domain) {
  return {{"domain", domain.domain.value_or("")},
          {"status", domain.status},
          {"message", nullptr},
          {"is_privacy_protection_allowed", domain.privacy_allowed},
          {"is_privacy_protected", domain.privacy},
          {"is_lockable", domain.lockable},
          {"is_locked", domain.locked},
          {"name_servers", {{"ns1", domain.ns1}, {"ns2", domain.ns2}}},
          {"child_name_servers", Json::array()},
          {"domain_contacts",
           {{"admin_id", domain.whois},
            {"owner_id", domain.whois},
            {"billing_id", domain.whois},
            {"tech_id", domain.whois}}},
          {"created_at", stamp(domain.created)},
          {"updated_at", stamp(domain.created)},
          {"60_days_lock_expires_at", nullptr},
          {"registered_at", stamp(domain.created)},
          {"expires_at", stamp_or_null(domain.expires)}};
}

}  // namespace tier0::sandbox
