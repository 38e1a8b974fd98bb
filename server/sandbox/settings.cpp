// Names, resolvers and passwords of a machine.

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "server/sandbox/effects.h"
#include "server/sandbox/fields.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/timeline.h"

namespace tier0::sandbox {
namespace {

using Need = FieldRule::Need;

bool is_ip(const std::string& text) {
  std::array<unsigned char, 16> binary{};
  return inet_pton(AF_INET, text.c_str(), binary.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), binary.data()) == 1;
}

/// Settings are one verb; what is to be set is in the arguments.
Response start_setting(Call& call, Vm& vm, std::string_view action, double seconds, Json args) {
  if (auto refused = refuse_unless(call, vm, {"running"})) return *refused;
  return start_work(
      call, vm, {.verb = "settings", .name = action, .seconds = seconds, .args = std::move(args)});
}

IpAddress* path_address(Call& call, Vm& vm) {
  const auto match = [&](IpAddress& ip) { return ip.id == call.id(1); };
  for (auto* list : {&vm.ipv4, &vm.ipv6})
    if (const auto ip = std::ranges::find_if(*list, match); ip != list->end()) return &*ip;
  return nullptr;
}

void change_ptr(Vm& vm, const Json& change) {
  for (auto* list : {&vm.ipv4, &vm.ipv6})
    for (IpAddress& ip : *list)
      if (ip.id == change.value("ip", Id{0})) {
        ip.ptr.reset();
        if (change.contains("domain")) ip.ptr = string_member(change, "domain");
      }
}

void change_hostname(const Effect& effect, const std::string& hostname) {
  effect.vm.hostname = hostname;
  Disk disk = *effect.vm.disk;
  disk.files["/etc/hostname"] = {.content = hostname + "\n", .modified = effect.now};
  effect.vm.disk = std::make_shared<const Disk>(std::move(disk));
}

}  // namespace

Response set_hostname(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  constexpr FieldRule kRules[] = {{.name = "hostname"}};
  FieldProblems problems;
  problems.check(call.body, kRules);
  const std::string hostname = string_member(call.body, "hostname");
  if (!problems.has("hostname") && !is_lower_fqdn(hostname))
    problems.add("hostname", "[VPS:2004] The hostname must be a lowercase FQDN.");
  if (auto refused = problems.response(call.world)) return *refused;
  return start_setting(call, *vm, "ct_set_hostname", 45, {{"hostname", hostname}});
}

Response reset_hostname(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  return start_setting(
      call, *vm, "ct_set_hostname", 45,
      {{"hostname", "srv" + std::to_string(vm->id) + ".hstgr.cloud"}, {"reset_ptr", true}});
}

Response set_ptr(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr || path_address(call, *vm) == nullptr) return not_found(call.world);
  constexpr FieldRule kRules[] = {{.name = "domain"}};
  FieldProblems problems;
  problems.check(call.body, kRules);
  const std::string domain = string_member(call.body, "domain");
  if (!problems.has("domain") && !is_lower_fqdn(domain))
    problems.add("domain", "The domain must be a valid domain name.");
  if (auto refused = problems.response(call.world)) return *refused;
  return start_setting(call, *vm, "ipam_create_reverse", 8,
                       {{"ptr", {{"ip", call.id(1)}, {"domain", domain}}}});
}

Response delete_ptr(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr || path_address(call, *vm) == nullptr) return not_found(call.world);
  return start_setting(call, *vm, "ipam_delete_reverse", 8, {{"ptr", {{"ip", call.id(1)}}}});
}

Response set_nameservers(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  constexpr FieldRule kRules[] = {{.name = "ns1"},
                                  {.name = "ns2", .need = Need::Optional},
                                  {.name = "ns3", .need = Need::Optional}};
  FieldProblems problems;
  problems.check(call.body, kRules);
  Json servers = Json::object();
  for (const FieldRule& rule : kRules) {
    const std::string address = string_member(call.body, rule.name);
    if (address.empty()) continue;
    servers[std::string(rule.name)] = address;
    if (!is_ip(address))
      problems.add(std::string(rule.name),
                   "The " + std::string(rule.name) + " must be a valid IP address.");
  }
  if (auto refused = problems.response(call.world)) return *refused;
  return start_setting(call, *vm, "ct_set_nameservers", 10, {{"nameservers", std::move(servers)}});
}

Response set_root_password(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  constexpr FieldRule kRules[] = {{.name = "password", .min = 12}};
  FieldProblems problems;
  problems.check(call.body, kRules);
  const std::string password = string_member(call.body, "password");
  if (!problems.has("password")) check_password(problems, call.world, "password", password);
  if (auto refused = problems.response(call.world)) return *refused;
  return start_setting(call, *vm, "ct_set_rootpasswd", 15, {{"root_password", password}});
}

Response set_panel_password(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  constexpr FieldRule kRules[] = {{.name = "password", .min = 8}};
  if (auto refused = invalid(call, kRules)) return *refused;
  return start_setting(call, *vm, "ct_set_panelpasswd", 15,
                       {{"panel_password", string_member(call.body, "password")}});
}

void change_settings(const Effect& effect) {
  Vm& vm = effect.vm;
  const Json& args = effect.args;
  vm.root_password = string_member(args, "root_password", vm.root_password);
  vm.panel_password = string_member(args, "panel_password", vm.panel_password);
  if (const Json* ptr = find_member(args, "ptr")) change_ptr(vm, *ptr);
  if (args.contains("reset_ptr"))
    for (IpAddress& ip : vm.ipv4) ip.ptr = string_member(args, "hostname");
  if (const Json* servers = find_member(args, "nameservers")) {
    vm.ns1 = string_member(*servers, "ns1");
    vm.ns2.reset();
    if (servers->contains("ns2")) vm.ns2 = string_member(*servers, "ns2");
  }
  if (!args.contains("hostname")) return;
  change_hostname(effect, string_member(args, "hostname"));
  if (effect.world.quirks.on("hostname-set-reboots"))
    boot(effect.world, vm, effect.account, effect.now);
}

}  // namespace tier0::sandbox
