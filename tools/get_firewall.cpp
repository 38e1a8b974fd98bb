// What a firewall lets in, whether that is in force, and which VPSs it protects.
#include <algorithm>

#include "tool_handlers.gen.h"
#include "tools/parts.h"
#include "tools/vps_json.h"

namespace tier0::tools {
namespace {

Json rules_of(const Firewall& firewall) {
  Json rules = Json::array();
  for (const FirewallRule& rule : firewall.rules)
    rules.push_back({{"rule", rule.id.value},
                     {"protocol", rule.match.protocol},
                     {"port", rule.match.port},
                     {"from", rule.match.source == "any" ? "any" : rule.match.source_detail}});
  return rules;
}

Json entry_of(const Firewall& firewall) {
  Json json = {{"firewall", firewall.id.value},
               {"name", firewall.name},
               {"synced", firewall.is_synced},
               {"rules", rules_of(firewall)}};
  set_time(json, "updated_at", firewall.updated_at);
  return json;
}

/// Whether the caller may see a firewall: one that protects something must protect something of
/// the caller's; one that protects nothing belongs to the account as a whole.
bool may_see(const Firewall& firewall, const std::vector<Vps>& machines, const TargetScope& scope) {
  bool attached = false;
  for (const Vps& vps : machines) {
    if (vps.firewall != firewall.id) continue;
    attached = true;
    if (scope.covers("vps", vps.id.value)) return true;
  }
  return !attached && scope.covers("vps", "");
}

Json protected_by(const Firewall& firewall, const std::vector<Vps>& machines,
                  const TargetScope& scope) {
  Json ids = Json::array();
  for (const Vps& vps : machines)
    if (vps.firewall == firewall.id && scope.covers("vps", vps.id.value))
      ids.push_back(vps.id.value);
  return ids;
}

Error no_firewall(const std::string& wanted) {
  return {.code = Code::NotFound,
          .message = "there is no firewall '" + wanted + "'",
          .hint = "Call get-firewall without arguments for all of them."};
}

void warn(ToolOutput& output, const Firewall& firewall) {
  if (!firewall.is_synced)
    output.warnings.push_back(firewall.name +
                              " is not synced: the rules in force are not the rules shown");
  if (firewall.rules.empty())
    output.warnings.push_back(firewall.name + " has no rules: it lets nothing in");
}

Result<ToolOutput> of_vps(ToolContext& context, const VpsId& id) {
  T0_TRY(const Vps vps, context.hosting.get_vps(id, context.cancel));
  ToolOutput output{.data = {{"vps", id.value},
                             {"protected", vps.firewall.has_value()},
                             {"items", Json::array()}}};
  if (!vps.firewall) {
    output.summary = vps.hostname + " has no firewall: every port is open";
    return output;
  }
  T0_TRY(const Firewall firewall, context.hosting.get_firewall(*vps.firewall, context.cancel));
  output.data["items"].push_back(entry_of(firewall));
  Parts parts;
  const auto machines = context.hosting.list_vps(context.cancel);
  if (const auto* list = parts.read("vps", machines))
    output.data["items"][0]["vps"] = protected_by(firewall, *list, context.scope);
  if (!parts.empty()) output.data["unavailable"] = parts.json();
  warn(output, firewall);
  output.summary = vps.hostname + " is behind " + firewall.name + ", " +
                   std::to_string(firewall.rules.size()) +
                   (firewall.rules.size() == 1 ? " rule" : " rules");
  return output;
}

}  // namespace

Result<ToolOutput> get_firewall(ToolContext& context, const Json& args) {
  const std::string wanted = string_member(args, "firewall");
  if (args.contains("vps") && !wanted.empty())
    return Error{.code = Code::Validation,
                 .message = "vps and firewall are given both",
                 .hint = "Give one of them.",
                 .details = {{"firewall", "must be left out when vps is given"}}};
  if (args.contains("vps")) return of_vps(context, VpsId{args["vps"].get<std::string>()});

  T0_TRY(const std::vector<Firewall> firewalls, context.hosting.list_firewalls(context.cancel));
  T0_TRY(const std::vector<Vps> machines, context.hosting.list_vps(context.cancel));
  ToolOutput output{.data = {{"items", Json::array()}}};
  for (const Firewall& firewall : firewalls) {
    if (!wanted.empty() && firewall.id.value != wanted && firewall.name != wanted) continue;
    if (!may_see(firewall, machines, context.scope)) continue;
    Json entry = entry_of(firewall);
    entry["vps"] = protected_by(firewall, machines, context.scope);
    output.data["items"].push_back(std::move(entry));
    warn(output, firewall);
  }
  const std::size_t count = output.data["items"].size();
  if (!wanted.empty() && count == 0) return no_firewall(wanted);
  output.summary = std::to_string(count) + (count == 1 ? " firewall" : " firewalls");
  return output;
}

}  // namespace tier0::tools
