#include "server/hosting/calls.h"
#include "server/hosting/hostinger.h"
#include "server/hosting/paths.h"

namespace tier0::hosting {
namespace {

/// A rule always accepts: the provider's requests have no action.
Json rule_body(const FirewallMatch& match) {
  return {{"protocol", match.protocol},
          {"port", match.port},
          {"source", match.source},
          {"source_detail", match.source_detail}};
}

std::string firewall_path(const FirewallId& firewall) {
  return vps_path("firewall", firewall.value);
}

std::string rule_path(const FirewallId& firewall, const FirewallRuleId& rule) {
  return firewall_path(firewall) + "/rules/" + encode_component(rule.value);
}

std::string check_rules(const FirewallId& firewall) {
  return "Read firewall " + firewall.value + " and compare its rules.";
}

}  // namespace

Result<std::vector<Firewall>> Hostinger::list_firewalls(const Cancel& cancel) {
  return read_pages(gateway_, vps_path("firewall"), parse_firewall, cancel);
}

Result<Firewall> Hostinger::get_firewall(const FirewallId& firewall, const Cancel& cancel) {
  return ask(gateway_, {.path = firewall_path(firewall)}, parse_firewall, cancel);
}

Result<Firewall> Hostinger::create_firewall(const std::string& name, const Cancel& cancel) {
  return make(gateway_,
              {.method = "POST",
               .path = vps_path("firewall"),
               .body = Json{{"name", name}},
               .check = "List the firewalls: one of this name may be there now."},
              parse_firewall, cancel);
}

Result<Unit> Hostinger::delete_firewall(const FirewallId& firewall, const Cancel& cancel) {
  T0_CHECK(gateway_.write({.method = "DELETE",
                           .path = firewall_path(firewall),
                           .check = "List the firewalls: this one may be gone."},
                          cancel));
  return Unit{};
}

Result<FirewallRule> Hostinger::add_firewall_rule(const FirewallId& firewall,
                                                  const FirewallMatch& match,
                                                  const Cancel& cancel) {
  return make(gateway_,
              {.method = "POST",
               .path = firewall_path(firewall) + "/rules",
               .body = rule_body(match),
               .check = check_rules(firewall)},
              parse_firewall_rule, cancel);
}

Result<FirewallRule> Hostinger::update_firewall_rule(const FirewallId& firewall,
                                                     const FirewallRuleId& rule,
                                                     const FirewallMatch& match,
                                                     const Cancel& cancel) {
  return make(gateway_,
              {.method = "PUT",
               .path = rule_path(firewall, rule),
               .body = rule_body(match),
               .check = check_rules(firewall)},
              parse_firewall_rule, cancel);
}

Result<Unit> Hostinger::delete_firewall_rule(const FirewallId& firewall, const FirewallRuleId& rule,
                                             const Cancel& cancel) {
  T0_CHECK(gateway_.write(
      {.method = "DELETE", .path = rule_path(firewall, rule), .check = check_rules(firewall)},
      cancel));
  return Unit{};
}

Result<Accepted> Hostinger::replace_firewall_rules(const FirewallId& firewall,
                                                   const std::vector<FirewallMatch>& rules,
                                                   SyncAfter sync, const Cancel& cancel) {
  Json list = Json::array();
  for (const FirewallMatch& match : rules) list.push_back(rule_body(match));
  // The answer is the firewall or an action: not documented. A firewall has a name and an id like
  // an action, so that nothing is made of the answer.
  T0_CHECK(
      gateway_.write({.method = "PUT",
                      .path = firewall_path(firewall) + "/rules",
                      .body = Json{{"rules", std::move(list)}, {"sync", sync == SyncAfter::Yes}},
                      .check = check_rules(firewall)},
                     cancel));
  return Accepted{};
}

Result<Accepted> Hostinger::activate_firewall(const FirewallId& firewall, const VpsId& vps,
                                              const Cancel& cancel) {
  return act(vps,
             {.method = "POST",
              .path = firewall_path(firewall) + "/activate/" + encode_component(vps.value)},
             cancel);
}

Result<Accepted> Hostinger::deactivate_firewall(const FirewallId& firewall, const VpsId& vps,
                                                const Cancel& cancel) {
  return act(vps,
             {.method = "POST",
              .path = firewall_path(firewall) + "/deactivate/" + encode_component(vps.value)},
             cancel);
}

Result<Accepted> Hostinger::sync_firewall(const FirewallId& firewall, const VpsId& vps,
                                          const Cancel& cancel) {
  return act(
      vps,
      {.method = "POST", .path = firewall_path(firewall) + "/sync/" + encode_component(vps.value)},
      cancel);
}

Result<Accepted> Hostinger::sync_firewall_everywhere(const FirewallId& firewall,
                                                     const Cancel& cancel) {
  T0_CHECK(gateway_.write({.method = "POST",
                           .path = firewall_path(firewall) + "/sync",
                           .check = "Read firewall " + firewall.value + ": is_synced tells."},
                          cancel));
  return Accepted{};
}

}  // namespace tier0::hosting
