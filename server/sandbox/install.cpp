// Putting an operating system on a machine: setup and recreate.

#include "server/sandbox/install.h"

#include <algorithm>

#include "server/base/text.h"
#include "server/sandbox/catalog.h"
#include "server/sandbox/effects.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/purchase.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/timeline.h"
#include "server/sandbox/views.h"

namespace tier0::sandbox {
namespace {

using Kind = FieldRule::Kind;
using Need = FieldRule::Need;

constexpr double kInstallSeconds = 420;

constexpr FieldRule kSetupRules[] = {
    {.name = "template_id", .kind = Kind::Integer},
    {.name = "data_center_id", .kind = Kind::Integer},
    {.name = "post_install_script_id", .kind = Kind::Integer, .need = Need::Optional},
    {.name = "password", .need = Need::Optional, .min = 12},
    {.name = "hostname", .need = Need::Optional},
    {.name = "install_monarx", .kind = Kind::Boolean, .need = Need::Optional},
    {.name = "enable_backups", .kind = Kind::Boolean, .need = Need::Optional},
    {.name = "ns1", .need = Need::Optional},
    {.name = "ns2", .need = Need::Optional},
    {.name = "public_key", .kind = Kind::Object, .need = Need::Optional},
};

constexpr FieldRule kRecreateRules[] = {
    {.name = "template_id", .kind = Kind::Integer},
    {.name = "password", .need = Need::Optional, .min = 12},
    {.name = "panel_password", .need = Need::Optional, .min = 12},
    {.name = "post_install_script_id", .kind = Kind::Integer, .need = Need::Optional},
};

Id id_member(const Json& object, std::string_view name) {
  const Json* value = find_member(object, name);
  return value != nullptr && value->is_number_integer() ? value->get<Id>() : 0;
}

bool flag_member(const Json& object, std::string_view name, bool normal) {
  const Json* value = find_member(object, name);
  return value != nullptr && value->is_boolean() ? value->get<bool>() : normal;
}

/// What recreate and setup have in common: things that have to exist, and the password.
void check_choices(FieldProblems& problems, const World& world, const Account& account,
                   const Json& body, const std::string& prefix) {
  const auto missing = [&](std::string_view name) {
    const std::string field = prefix + std::string(name);
    std::string spoken(name);
    std::ranges::replace(spoken, '_', ' ');
    if (!problems.has(field)) problems.add(field, "The selected " + spoken + " is invalid.");
  };
  if (find_template(id_member(body, "template_id")) == nullptr) missing("template_id");
  const Id script = id_member(body, "post_install_script_id");
  if (script != 0 &&
      std::ranges::find(account.scripts, script, &PostInstallScript::id) == account.scripts.end())
    missing("post_install_script_id");
  const std::string password = string_member(body, "password");
  if (!password.empty() && !problems.has(prefix + "password"))
    check_password(problems, world, prefix + "password", password);
}

std::string script_content(const Account& account, Id id) {
  const auto script = std::ranges::find(account.scripts, id, &PostInstallScript::id);
  return script == account.scripts.end() ? "" : script->content;
}

/// No script ever runs here. What matters of one for access is which keys it writes for whom, so
/// the quoted key lines are taken from scripts that speak of authorized_keys.
void obey_script(Disk& disk, const std::string& content, Millis now) {
  if (content.empty()) return;
  disk.files["/post_install"] = {.content = content, .mode = 0755, .modified = now};
  disk.files["/post_install.log"] = {.content = "done\n", .modified = now};
  if (content.find("authorized_keys") == std::string::npos) return;
  std::vector<std::string> users = {"root"};
  for (std::size_t at = content.find("/home/"); at != std::string::npos;
       at = content.find("/home/", at + 1)) {
    const std::size_t start = at + 6;
    const std::string user = content.substr(start, content.find_first_of("/ \n'\"", start) - start);
    if (!user.empty() && std::ranges::find(users, user) == users.end()) users.push_back(user);
  }
  for (const std::string& line : split(content, '\n')) {
    const std::size_t key = std::min(line.find("ssh-"), line.find("ecdsa-"));
    if (key == std::string::npos || line.find("AAAA", key) == std::string::npos) continue;
    const std::string text = line.substr(key, line.find_first_of("'\"", key) - key);
    for (const std::string& user : users) add_authorized_key(disk, user, text, now);
  }
}

}  // namespace

void check_setup(FieldProblems& problems, const World& world, const Account& account,
                 const Json& setup, std::string_view prefix) {
  problems.check(setup, kSetupRules, prefix);
  check_choices(problems, world, account, setup, std::string(prefix));
  const std::string center = std::string(prefix) + "data_center_id";
  if (!problems.has(center) && find_data_center(id_member(setup, "data_center_id")) == nullptr)
    problems.add(center, "The selected data center id is invalid.");
}

Response start_setup(Call& call, Vm& vm, const Json& setup) {
  vm.state = "creating";
  vm.data_center = id_member(setup, "data_center_id");
  vm.hostname = string_member(setup, "hostname", vm.hostname);
  vm.weekly_backups = flag_member(setup, "enable_backups", true);
  if (const std::string ns1 = string_member(setup, "ns1"); !ns1.empty()) vm.ns1 = ns1;
  if (const std::string ns2 = string_member(setup, "ns2"); !ns2.empty()) vm.ns2 = ns2;
  const Json* key = find_member(setup, "public_key");
  Json args = {{"template_id", id_member(setup, "template_id")},
               {"password", string_member(setup, "password")},
               {"key", key == nullptr ? "" : string_member(*key, "key")},
               {"script", script_content(call.account, id_member(setup, "post_install_script_id"))},
               {"monarx", flag_member(setup, "install_monarx", false)}};
  schedule(call.world, {.at = call.now + scaled(call.world, kInstallSeconds / 3),
                        .what = "ip.assigned",
                        .account = call.account.name,
                        .vm = vm.id});
  return start_work(
      call, vm,
      {.verb = "setup", .name = "ct_create", .seconds = kInstallSeconds, .args = std::move(args)});
}

Response setup_vm(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  FieldProblems problems;
  check_setup(problems, call.world, call.account, call.body, "");
  const std::string hostname = string_member(call.body, "hostname");
  if (!hostname.empty() && !is_lower_fqdn(hostname))
    problems.add("hostname", "[VPS:2004] The hostname must be a lowercase FQDN.");
  if (auto refused = problems.response(call.world)) return *refused;
  if (auto refused = refuse_unless(call, *vm, {"initial"})) return *refused;
  start_setup(call, *vm, call.body);
  return ok(vm_view(*vm));
}

Response recreate_vm(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  FieldProblems problems;
  problems.check(call.body, kRecreateRules);
  check_choices(problems, call.world, call.account, call.body, "");
  if (auto refused = problems.response(call.world)) return *refused;
  if (auto refused = refuse_unless(call, *vm, {"running", "stopped", "error"})) return *refused;
  Json args = {
      {"template_id", id_member(call.body, "template_id")},
      {"password", string_member(call.body, "password")},
      {"panel_password", string_member(call.body, "panel_password")},
      {"script", script_content(call.account, id_member(call.body, "post_install_script_id"))}};
  return start_work(call, *vm,
                    {.verb = "recreate",
                     .name = "ct_recreate",
                     .seconds = kInstallSeconds,
                     .args = std::move(args),
                     .through = {"recreating"}});
}

Disk fresh_disk(World& world, const Vm& vm, Id template_id, Millis now) {
  const Template* system = find_template(template_id);
  Disk disk{.image = "img-" + random_hex(world, 12), .host_key_seed = random_hex(world, 64)};
  disk.docker_supported = system != nullptr && system->docker;
  const std::string name(system == nullptr ? "Linux" : system->name);
  disk.files["/root"] = {.kind = File::Kind::Directory, .mode = 0700, .modified = now};
  disk.files["/etc/hostname"] = {.content = vm.hostname + "\n", .modified = now};
  disk.files["/etc/os-release"] = {.content = "PRETTY_NAME=\"" + name + "\"\n", .modified = now};
  return disk;
}

void install_system(const Effect& effect) {
  Vm& vm = effect.vm;
  vm.template_id = id_member(effect.args, "template_id");
  Disk disk = fresh_disk(effect.world, vm, vm.template_id, effect.now);
  if (const std::string key = string_member(effect.args, "key"); !key.empty())
    add_authorized_key(disk, "root", key, effect.now);
  obey_script(disk, string_member(effect.args, "script"), effect.now);
  vm.disk = std::make_shared<const Disk>(std::move(disk));
  vm.snapshot.reset();
  vm.monarx_since.reset();
  if (flag_member(effect.args, "monarx", false)) vm.monarx_since = effect.now;
  // What nobody chose, the provider makes up and shows to nobody.
  const std::string password = string_member(effect.args, "password");
  vm.root_password = password.empty() ? random_hex(effect.world, 24) : password;
  vm.panel_password = string_member(effect.args, "panel_password");
  assign_addresses(effect.world, vm);
  power_up(effect);
}

}  // namespace tier0::sandbox
