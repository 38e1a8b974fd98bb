#include "tests/crash/runbooks.h"

namespace tier0 {
namespace {

Json world_with(const Json& machine, const Json& firewalls = Json::array()) {
  return {{"accounts", {{{"name", "main"}, {"vms", {machine}}, {"firewalls", firewalls}}}}};
}

Json accepted_rule(int id, const char* port) {
  return {
      {"id", id}, {"protocol", "TCP"}, {"port", port}, {"source", "any"}, {"source_detail", "any"}};
}

Json guarded_world() {
  const Json rules = {accepted_rule(1, "22"), accepted_rule(2, "80")};
  return world_with(
      {{"hostname", "db-1.example.net"},
       {"firewall", 55},
       {"active_rules", rules},
       {"active_revision", 1}},
      {{{"id", 55}, {"name", "edge"}, {"is_synced", true}, {"revision", 1}, {"rules", rules}}});
}

Json first_vps(LoneProvider& provider) {
  return {{"vps", std::to_string(provider.machines()[0]["id"].get<long>())}};
}

Json web_profile(LoneProvider& provider) {
  Json arguments = first_vps(provider);
  arguments["profile"] = "web";
  return arguments;
}

Json newest_backup(LoneProvider& provider) {
  const Json backups = provider.machines()[0]["backups"];
  return {{"backup_id", "provider:" + std::to_string(backups.back()["id"].get<long>())}};
}

Json other_rules(LoneProvider&) {
  return {{"firewall", "edge"},
          {"rules",
           {{{"protocol", "TCP"}, {"port", "22"}, {"from", "any"}},
            {{"protocol", "TCP"}, {"port", "443"}, {"from", "any"}}}}};
}

Json nothing(LoneProvider&) {
  return Json::object();
}

}  // namespace

std::vector<Rehearsed> rehearsed_runbooks() {
  const Json running = world_with({{"hostname", "db-1.example.net"}});
  return {{.tool = "start-vps",
           .arguments = first_vps,
           .fixture = world_with({{"hostname", "db-1.example.net"}, {"state", "stopped"}})},
          {.tool = "restore-vps", .arguments = newest_backup, .fixture = guarded_world()},
          {.tool = "rotate-keys", .arguments = nothing, .fixture = running},
          {.tool = "enable-firewall", .arguments = web_profile, .fixture = running},
          {.tool = "set-firewall-rules", .arguments = other_rules, .fixture = guarded_world()}};
}

}  // namespace tier0
