#include "tools/vps_json.h"

namespace tier0::tools {
namespace {

Json addresses(const std::vector<IpAddress>& ips) {
  Json list = Json::array();
  for (const IpAddress& ip : ips) list.push_back(ip.address);
  return list;
}

}  // namespace

Json vps_json(const Vps& vps, const ToolContext& context) {
  Json json = {
      {"vps", vps.id.value},        {"hostname", vps.hostname}, {"state", to_string(vps.state)},
      {"locked", vps.is_locked},    {"plan", vps.plan},         {"cpus", vps.cpus},
      {"memory_mb", vps.memory_mb}, {"disk_mb", vps.disk_mb},   {"ipv4", addresses(vps.ipv4)},
      {"ipv6", addresses(vps.ipv6)}};
  if (vps.os) json["os"] = vps.os->name;
  if (const auto host = context.hosts.host_of(vps.id)) json["ssh_host"] = host->value;
  set_time(json, "created_at", vps.created_at);
  return json;
}

const Subscription* find_subscription(std::span<const Subscription> subscriptions, const Vps& vps) {
  if (!vps.subscription) return nullptr;
  for (const Subscription& subscription : subscriptions)
    if (subscription.id == *vps.subscription) return &subscription;
  return nullptr;
}

void set_time(Json& object, const char* key, const std::optional<WallTime>& time) {
  if (time) object[key] = format_time(*time);
}

std::string account_of(const ToolContext& context, const HostingApi& api) {
  for (const Account& account : context.accounts)
    if (account.api == &api) return account.name;
  return {};
}

}  // namespace tier0::tools
