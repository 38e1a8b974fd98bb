#include "tests/crash/runbooks.h"

#include <stdexcept>

namespace tier0 {
namespace {

// Our own clients come from 198.51.100.9 as the simulated hosts see it.
constexpr const char* kOperator =
    "operator: {cidrs: [198.51.100.0/24], egress: [198.51.100.9/32]}\n";

Json world_of(const std::vector<Json>& machines) {
  return {{"accounts", {{{"name", "main"}, {"vms", machines}}}}};
}

std::string machine_id(LoneProvider& provider, std::size_t number = 0) {
  return std::to_string(provider.machines()[number]["id"].get<long>());
}

/// A firewall "web" that lets SSH and HTTP in from everywhere, in front of the first machine.
void guard(LoneProvider& provider) {
  const std::string firewalls = "/api/vps/v1/firewall";
  const Json wall = provider.call("POST", firewalls, {{"name", "web"}});
  const std::string path = firewalls + "/" + std::to_string(wall["id"].get<long>());
  for (const auto& [protocol, port] : {std::pair{"TCP", "22"}, std::pair{"TCP", "80"}})
    provider.call(
        "POST", path + "/rules",
        {{"protocol", protocol}, {"port", port}, {"source", "any"}, {"source_detail", "any"}});
  provider.call("POST", path + "/activate/" + machine_id(provider));
  provider.control("POST", "clock", {{"settle", true}});
}

Json start_first(LoneProvider& provider) {
  return {{"vps", machine_id(provider)}};
}

Json restore_first(LoneProvider& provider) {
  // A restore takes the provider half an hour.
  provider.control("POST", "clock", {{"time_scale", 20'000}});
  guard(provider);
  provider.call("POST", "/api/vps/v1/virtual-machines/" + machine_id(provider) + "/snapshot");
  provider.control("POST", "clock", {{"settle", true}});
  const Json backup = provider.machines()[0]["backups"][0];
  return {{"vps", machine_id(provider)},
          {"backup_id", "provider:" + std::to_string(backup["id"].get<long>())}};
}

Json rotate_all(LoneProvider&) {
  return Json::object();
}

Json guard_first(LoneProvider& provider) {
  return {{"vps", machine_id(provider)}, {"profile", "production"}};
}

Json change_rules(LoneProvider& provider) {
  guard(provider);
  return {{"firewall", "web"},
          {"rules",
           {{{"protocol", "TCP"}, {"port", "22"}, {"from", "any"}},
            {{"protocol", "TCP"}, {"port", "443"}, {"from", "any"}}}}};
}

}  // namespace

std::vector<Rehearsed> rehearsed_runbooks() {
  const Json running = {{"hostname", "web-1.example.net"}};
  const Json second = {{"hostname", "web-2.example.net"}};
  const Json stopped = {{"hostname", "db-1.example.net"}, {"state", "stopped"}};
  return {
      {.tool = "start-vps", .arguments = start_first, .fixture = world_of({stopped})},
      {.tool = "restore-vps", .arguments = restore_first, .fixture = world_of({running})},
      {.tool = "rotate-keys", .arguments = rotate_all, .fixture = world_of({running, second})},
      {.tool = "enable-firewall",
       .arguments = guard_first,
       .fixture = world_of({running}),
       .configuration = kOperator},
      {.tool = "set-firewall-rules",
       .arguments = change_rules,
       .fixture = world_of({running}),
       .configuration = kOperator,
       .may_repeat = "/sync"},
  };
}

Rehearsed rehearsed_runbook(const std::string& tool) {
  for (const Rehearsed& row : rehearsed_runbooks())
    if (row.tool == tool) return row;
  throw std::runtime_error("nobody rehearses " + tool);
}

}  // namespace tier0
