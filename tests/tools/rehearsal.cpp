#include "tests/tools/rehearsal.h"

#include "tools/authorized_keys_file.h"
#include "tools/firewall_rules.h"

namespace tier0 {
namespace {

constexpr const char* kStrangersKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIForeign0001 ana@laptop";
/// A well-formed Ed25519 key of 32 zero bytes.
constexpr const char* kKeyToGrant =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ana@laptop";

Result<std::string> key_in_use(const ToolRun& run, KeyUse use) {
  const KeyInventory& keys = run.keys.scopes.at("deploy");
  const auto& key = use == KeyUse::Staged     ? keys.staged
                    : use == KeyUse::Previous ? keys.previous
                                              : keys.current;
  if (!key) return Error{.code = Code::SecretUnavailable, .message = "there is no such key"};
  return key->line;
}

/// Two VMs with hosts, on which the deploy key, a tenant's and a foreign one lie.
Rehearsal fleet(VpsState first = VpsState::Running) {
  Rehearsal it;
  ToolRun& run = *it.run;
  run.owner.operator_cidrs = {"198.51.100.7/32"};
  const SshPublicKey current = run.keys.make_key("smarteros:deploy:2026-10:1");
  const SshPublicKey tenant = run.keys.make_key("smarteros:tenant-acme:2026-10:1");
  run.keys.scopes["deploy"] = {.version = "1", .current = current, .staged = {}, .previous = {}};
  run.hosting.add_key(tenant.comment, tenant.line);
  for (const char* name : {"web-1", "web-2"}) {
    const VpsId vps = run.add_vps(std::string(name) + ".example.net",
                                  std::string(name) == "web-1" ? first : VpsState::Running);
    run.configure_host(vps, name);
    run.ssh.answer(name, {"true"}, "");
    run.ssh.put_file(name, FakeSsh::kAuthorizedKeys,
                     std::string(kStrangersKey) + "\n" + tenant.line + "\n" + current.line + "\n");
    if (!it.args.contains("vps")) it.args["vps"] = vps.value;
  }
  run.ssh.check_logins([&run](KeyUse use) { return key_in_use(run, use); });
  return it;
}

VpsId first_of(const Rehearsal& it) {
  return VpsId{it.args["vps"].get<std::string>()};
}

void guard(Rehearsal& it) {
  const FirewallId web = it.run->hosting.add_firewall("web", {{"TCP", "22"}, {"TCP", "80"}});
  it.run->hosting.change([&](FakeWorld& w) { w.machines[first_of(it)].vps.firewall = web; });
}

Rehearsal rehearse_start() {
  return fleet(VpsState::Stopped);
}

Rehearsal rehearse_stop() {
  return fleet();
}

Rehearsal rehearse_snapshot() {
  Rehearsal it = fleet();
  it.args["overwrite"] = true;
  return it;
}

Rehearsal rehearse_restore() {
  Rehearsal it = fleet();
  guard(it);
  it.run->hosting.add_snapshot(first_of(it), {.id = "9", .created_at = it.run->clock.wall()});
  const BackupId backup =
      it.run->hosting.add_backup(first_of(it), {.id = {}, .restore_time = std::chrono::minutes(9)});
  it.args["backup_id"] = "provider:" + backup.value;
  return it;
}

Rehearsal rehearse_set_rules() {
  Rehearsal it = fleet();
  guard(it);
  it.args = {{"firewall", "web"},
             {"rules",
              {{{"protocol", "TCP"}, {"port", "22"}, {"from", "operator"}},
               {{"protocol", "TCP"}, {"port", "443"}, {"from", "any"}}}}};
  return it;
}

Rehearsal rehearse_set_rules_one_by_one() {
  Rehearsal it = rehearse_set_rules();
  it.run->hosting.change([](FakeWorld& w) { w.has_bulk_firewall_calls = false; });
  return it;
}

Rehearsal rehearse_unguard() {
  Rehearsal it = fleet();
  guard(it);
  return it;
}

Rehearsal rehearse_rotate() {
  Rehearsal it = fleet();
  it.args = Json::object();
  return it;
}

Rehearsal rehearse_grant() {
  Rehearsal it = fleet();
  Json both = Json::array();
  for (const auto& [id, machine] : it.run->hosting.world().machines) both.push_back(id.value);
  it.args = {{"name", "person-ana"}, {"public_key", kKeyToGrant}, {"vps", both}};
  return it;
}

Rehearsal rehearse_revoke() {
  Rehearsal it = fleet();
  const std::string line = it.run->hosting.world().keys.front().key;
  it.args = {{"fingerprint", tools::fingerprint_of_line(line)}};
  return it;
}

std::string comment_of(const std::optional<SshPublicKey>& key) {
  return key ? key->comment : "none";
}

Json whole_world(const ToolRun& run) {
  const FakeWorld world = run.hosting.world();
  Json all;
  for (const auto& [id, machine] : world.machines)
    all["vps"].push_back({id.value, to_string(machine.vps.state),
                          machine.vps.firewall ? machine.vps.firewall->value : "",
                          machine.snapshot.has_value(), machine.vps.is_locked});
  for (const auto& [id, firewall] : world.firewalls)
    all["firewalls"].push_back(
        {firewall.name, tools::texts_of(tools::matches_of(firewall)), firewall.is_synced});
  for (const PublicKey& key : world.keys) all["register"].push_back(key.key);
  for (const char* host : {"web-1", "web-2"})
    all["keys"].push_back(run.ssh.file(host, FakeSsh::kAuthorizedKeys).value_or(""));
  for (const auto& [scope, keys] : run.keys.scopes)
    all["store"].push_back(
        {scope, comment_of(keys.current), comment_of(keys.previous), comment_of(keys.staged)});
  return all;
}

}  // namespace

std::string world_of(const ToolRun& run) {
  return whole_world(run).dump(1);
}

std::string world_without_register(const ToolRun& run) {
  Json world = whole_world(run);
  world.erase("register");
  return world.dump(1);
}

const std::vector<RehearsedTool>& rehearsals() {
  static const std::vector<RehearsedTool> all = {
      {"start-vps", rehearse_start},
      {"stop-vps", rehearse_stop},
      {"reboot-vps", rehearse_stop},
      {"create-snapshot", rehearse_snapshot},
      {"restore-vps", rehearse_restore},
      {"set-firewall-rules", rehearse_set_rules},
      {"set-firewall-rules", rehearse_set_rules_one_by_one},
      {"enable-firewall", rehearse_stop},
      {"disable-firewall", rehearse_unguard},
      {"rotate-keys", rehearse_rotate},
      {"grant-key", rehearse_grant},
      {"revoke-key", rehearse_revoke}};
  return all;
}

}  // namespace tier0
