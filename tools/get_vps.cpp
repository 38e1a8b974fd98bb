// The full picture of one VPS: the provider's record joined with what else is known of it.
#include <algorithm>

#include "server/base/text.h"
#include "tool_handlers.gen.h"
#include "tools/parts.h"
#include "tools/vps_json.h"

namespace tier0::tools {
namespace {

constexpr std::size_t kActionsShown = 3;
constexpr std::size_t kUptimeShown = 200;

bool wanted(const Json& args, const char* part) {
  const Json* include = find_member(args, "include");
  return include == nullptr || std::ranges::find(*include, part) != include->end();
}

void add_subscription(Json& data, const Vps& vps, ToolContext& context, Parts& parts) {
  const auto subscriptions = context.hosting.list_subscriptions(context.cancel);
  const auto* list = parts.read("subscription", subscriptions);
  const Subscription* found = list == nullptr ? nullptr : find_subscription(*list, vps);
  if (found == nullptr) return;
  Json json = {
      {"id", found->id.value}, {"status", found->status}, {"auto_renew", found->is_auto_renewed}};
  set_time(json, "renews_at", found->next_billing_at);
  set_time(json, "expires_at", found->expires_at);
  data["subscription"] = std::move(json);
}

void add_firewall(Json& data, const Vps& vps, ToolContext& context, Parts& parts) {
  if (!vps.firewall) {
    data["firewall"] = {{"active", false}};
    return;
  }
  Json json = {{"active", true}, {"firewall", vps.firewall->value}};
  const auto firewall = context.hosting.get_firewall(*vps.firewall, context.cancel);
  if (const auto* known = parts.read("firewall", firewall)) {
    json["name"] = known->name;
    json["synced"] = known->is_synced;
  }
  data["firewall"] = std::move(json);
}

void add_snapshot(Json& data, const Vps& vps, ToolContext& context, Parts& parts) {
  const auto snapshot = context.hosting.get_snapshot(vps.id, context.cancel);
  const auto* slot = parts.read("snapshot", snapshot);
  if (slot == nullptr) return;
  Json json = {{"exists", slot->has_value()}};
  if (*slot) {
    set_time(json, "created_at", (*slot)->created_at);
    set_time(json, "expires_at", (*slot)->expires_at);
  }
  data["snapshot"] = std::move(json);
}

void add_newest_backup(Json& data, const Vps& vps, ToolContext& context, Parts& parts) {
  const auto backups = context.hosting.list_backups(vps.id, context.cancel);
  const auto* list = parts.read("backup", backups);
  if (list == nullptr || list->empty()) return;
  const Backup& newest = *std::ranges::max_element(*list, {}, &Backup::created_at);
  Json json = {{"backup_id", "provider:" + newest.id.value}};
  set_time(json, "created_at", newest.created_at);
  data["newest_backup"] = std::move(json);
}

void add_actions(Json& data, const Vps& vps, ToolContext& context, Parts& parts) {
  const auto actions = context.hosting.recent_actions(vps.id, context.cancel);
  const auto* list = parts.read("actions", actions);
  if (list == nullptr) return;
  data["actions"] = Json::array();
  for (const Action& action : std::span(*list).first(std::min(list->size(), kActionsShown))) {
    Json json = {
        {"action", action.id.value}, {"name", action.name}, {"state", to_string(action.state)}};
    set_time(json, "created_at", action.created_at);
    data["actions"].push_back(std::move(json));
  }
}

void add_ssh(Json& data, const Vps& vps, ToolContext& context) {
  const auto host = context.hosts.host_of(vps.id);
  if (!host) {
    data["ssh"] = {{"reachable", false}, {"kind", to_string(Code::NotConfigured)}};
    return;
  }
  constexpr std::chrono::seconds kLongest{15};
  const auto uptime =
      context.ssh.run(*host, {.argv = {"uptime"}, .total = kLongest}, context.cancel);
  if (!uptime) {
    data["ssh"] = {{"reachable", false}, {"kind", to_string(uptime.error().code)}};
    return;
  }
  data["ssh"] = {{"reachable", true},
                 {"uptime", std::string(trim(clean_text(uptime->out, kUptimeShown)))}};
}

}  // namespace

Result<ToolOutput> get_vps(ToolContext& context, const Json& args) {
  const VpsId id{args.at("vps").get<std::string>()};
  T0_TRY(const Vps vps, context.hosting.get_vps(id, context.cancel));
  Parts parts;
  Json data = vps_json(vps, context);
  data["account"] = account_of(context, context.hosting);
  if (wanted(args, "subscription")) add_subscription(data, vps, context, parts);
  if (wanted(args, "firewall")) add_firewall(data, vps, context, parts);
  if (wanted(args, "snapshot")) add_snapshot(data, vps, context, parts);
  if (wanted(args, "backup")) add_newest_backup(data, vps, context, parts);
  if (wanted(args, "actions")) add_actions(data, vps, context, parts);
  if (wanted(args, "ssh")) add_ssh(data, vps, context);
  if (context.cancel.stop.stop_requested())
    return Error{.code = Code::Cancelled, .message = "the call was cancelled"};
  if (!parts.empty()) data["unavailable"] = parts.json();
  ToolOutput output{.summary = vps.hostname + " is " + std::string(to_string(vps.state)) +
                               (vps.is_locked ? " and locked by an action" : "")};
  if (!vps.firewall) output.warnings.emplace_back("it has no firewall: every port is open");
  if (vps.state == VpsState::Stopped)
    output.next.push_back(
        {{"tool", "start-vps"}, {"arguments", {{"vps", id.value}}}, {"why", "it is stopped"}});
  output.data = std::move(data);
  return output;
}

}  // namespace tier0::tools
