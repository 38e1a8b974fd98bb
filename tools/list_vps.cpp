// Every VPS that the caller may see, over all accounts, one short entry each.
#include <algorithm>

#include "tool_handlers.gen.h"
#include "tools/parts.h"
#include "tools/vps_json.h"

namespace tier0::tools {
namespace {

bool has_state(const Vps& vps, const std::string& wanted) {
  const std::string_view state = to_string(vps.state);
  if (wanted != "other") return wanted.empty() || state == wanted;
  constexpr std::array<std::string_view, 5> kNamed = {"running", "stopped", "recovery", "suspended",
                                                      "error"};
  return std::ranges::find(kNamed, state) == kNamed.end();
}

bool contains_text(const Vps& vps, const std::string& text) {
  const auto in_address = [&](const IpAddress& ip) {
    return ip.address.find(text) != std::string::npos;
  };
  return text.empty() || vps.hostname.find(text) != std::string::npos ||
         vps.id.value.find(text) != std::string::npos || std::ranges::any_of(vps.ipv4, in_address);
}

Json alarms_of(const Vps& vps, const Subscription* subscription) {
  Json alarms = Json::array();
  if (vps.state != VpsState::Running) alarms.push_back("is " + std::string(to_string(vps.state)));
  if (vps.is_locked) alarms.push_back("locked: an action runs");
  if (!vps.firewall) alarms.push_back("no firewall: every port is open");
  if (subscription != nullptr && !subscription->is_auto_renewed)
    alarms.push_back("its subscription does not renew");
  return alarms;
}

Json entry_of(const Vps& vps, const Subscription* subscription, const Account& account,
              const ToolContext& context) {
  Json entry = vps_json(vps, context);
  entry["account"] = account.name;
  if (vps.firewall) entry["firewall"] = vps.firewall->value;
  if (subscription != nullptr) set_time(entry, "renews_at", subscription->next_billing_at);
  entry["alarms"] = alarms_of(vps, subscription);
  return entry;
}

std::string summary_of(const Json& items) {
  const auto running =
      std::ranges::count_if(items, [](const Json& item) { return item["state"] == "running"; });
  return std::to_string(items.size()) + (items.size() == 1 ? " VPS, " : " VPSs, ") +
         std::to_string(running) + " running";
}

}  // namespace

Result<ToolOutput> list_vps(ToolContext& context, const Json& args) {
  const std::string state = string_member(args, "state");
  const std::string filter = string_member(args, "filter");
  Parts parts;
  Json items = Json::array();
  std::optional<Error> failure;
  bool any = false;
  for (const Account& account : context.accounts) {
    const auto machines = account.api->list_vps(context.cancel);
    if (!machines) {
      if (context.cancel.stop.stop_requested()) return machines.error();
      failure = machines.error();
      parts.note("account " + account.name, machines.error());
      continue;
    }
    any = true;
    const auto contracts = account.api->list_subscriptions(context.cancel);
    const auto* subscriptions = parts.read("subscriptions of " + account.name, contracts);
    for (const Vps& vps : *machines) {
      if (!context.scope.covers("vps", vps.id.value) || !has_state(vps, state) ||
          !contains_text(vps, filter))
        continue;
      items.push_back(
          entry_of(vps, subscriptions == nullptr ? nullptr : find_subscription(*subscriptions, vps),
                   account, context));
    }
  }
  if (!any && failure) return *failure;
  std::sort(items.begin(), items.end(), [](const Json& a, const Json& b) {
    return std::pair(a["hostname"], a["vps"]) < std::pair(b["hostname"], b["vps"]);
  });
  ToolOutput output{.summary = summary_of(items), .data = {{"items", std::move(items)}}};
  if (!parts.empty()) output.data["unavailable"] = parts.json();
  return output;
}

}  // namespace tier0::tools
