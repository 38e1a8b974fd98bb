// Rolls a VPS back to one of its backups. Everything written since is lost.
#include <algorithm>
#include <array>

#include "tool_handlers.gen.h"
#include "tools/authorized_keys_file.h"
#include "tools/firewall_attachment.h"
#include "tools/restore_source.h"
#include "tools/runbook_steps.h"
#include "tools/vps_json.h"
#include "tools/vps_login.h"
#include "tools/vps_obstacle.h"

namespace tier0::tools {
namespace {

constexpr std::array kRestorable = {VpsState::Running, VpsState::Stopped};
constexpr std::chrono::minutes kShortestWait{30};

/// The provider's estimate is the middle of a wide range.
VpsChange restore_of(const StepContext& step) {
  const std::chrono::seconds expected(step.state.value("restore_s", 0));
  return {.word = "restore",
          .phrase = "the restore",
          .reached = [](const Vps& vps, const Json&) { return vps.state == VpsState::Running; },
          .longest = std::max<std::chrono::seconds>(kShortestWait, 3 * expected)};
}

std::string age_of(const RestoreSource& source, WallTime now) {
  if (!source.made) return "an unknown time";
  const auto hours = std::chrono::floor<std::chrono::hours>(now - *source.made).count();
  return format_time(*source.made) + " (" + std::to_string(hours) + " h ago)";
}

Json lost_by(const RestoreSource& source, WallTime now) {
  Json lost = Json::array({"everything written since " + age_of(source, now)});
  if (source.backup && source.snapshot)
    lost.push_back("the snapshot" + (source.snapshot->created_at
                                         ? " of " + format_time(*source.snapshot->created_at)
                                         : std::string()));
  return lost;
}

/// Best effort: whose apps go back in time, too.
Json apps_on(ToolContext& context, const RestoreSource& source) {
  Json names = Json::array();
  const auto projects = source.account.api->list_projects(source.vps.id, context.cancel);
  if (!projects) return names;
  for (const Project& project : *projects) names.push_back(project.name);
  return names;
}

Json observed(const RestoreSource& source) {
  return {{"state", to_string(source.vps.state)},
          {"locked", source.vps.is_locked},
          {"firewall", source.vps.firewall ? source.vps.firewall->value : ""},
          {"snapshot", source.snapshot ? source.snapshot->id : "none"},
          {"made", source.made ? format_time(*source.made) : ""}};
}

Result<Plan> plan(ToolContext& context, const Json& args) {
  T0_TRY(const RestoreSource source, find_restore_source(context, args));
  const Vps& vps = source.vps;
  if (auto problem = obstacle(vps, kRestorable, "restored")) return *std::move(problem);
  const std::string id = args.at("backup_id");
  const Json apps = apps_on(context, source);
  Plan plan{.summary = "restore " + vps.hostname + " from " + id,
            .effects = Json::array({"the whole disk is overwritten",
                                    "the VPS is away and takes no other action meanwhile"}),
            .targets = Json::array({target_json(vps)}),
            .lost = lost_by(source, context.clock.wall()),
            .duration = source.restore_time,
            .warnings = {"no backup of the present state is made: restic is not configured"},
            .observed = observed(source),
            .state = {{"account", source.account.name},
                      {"vps", vps.id.value},
                      {"hostname", vps.hostname},
                      {"backup_id", id},
                      {"backup", source.backup ? source.backup->value : ""},
                      {"restore_s", source.restore_time.count()},
                      {"firewall", vps.firewall ? vps.firewall->value : ""}},
            .leases = {"vps:" + vps.id.value, "keys:deploy"}};
  if (source.made) plan.state["made"] = format_time(*source.made);
  if (!apps.empty()) plan.effects.push_back("these apps go back in time: " + dump_json(apps));
  if (!context.hosts.host_of(vps.id))
    plan.warnings.emplace_back("no SSH host is configured for it: its keys are not looked at");
  return plan;
}

/// Notes what the restored disk may lack or have too much of: the keys that open it now.
StepResult save_what_can_be(StepContext& step) {
  step.state["began"] = wall_ms(step);
  const auto host = step.tool.hosts.host_of(vps_of(step));
  if (!host) return Done{};
  const auto file = read_keys_file(step.tool, *host);
  if (!file) {
    note_warning(step, "the keys on it could not be read before: " + file.error().message);
    return Done{};
  }
  step.state["keys_before"] = Json::array();
  for (const KeyLine& line : key_lines(file->bytes))
    if (line.is_ours()) step.state["keys_before"].push_back(line.line);
  return Done{};
}

StepResult send_restore(StepContext& step) {
  return send_change(step, restore_of(step), [](StepContext& s) {
    const std::string backup = s.state.at("backup");
    if (backup.empty()) return hosting_of(s).restore_snapshot(vps_of(s), s.tool.cancel);
    return hosting_of(s).restore_backup(vps_of(s), BackupId{backup}, s.tool.cancel);
  });
}

Found find_restore(StepContext& step) {
  return find_change(step, restore_of(step));
}

StepResult wait_until_restored(StepContext& step) {
  StepResult waited = wait_for_change(step, restore_of(step));
  if (auto* failed = std::get_if<Failed>(&waited))
    failed->error.hint =
        "The VPS may be stopped: try start-vps, then another backup. Else tell the owner.";
  if (!std::holds_alternative<Done>(waited)) return waited;
  if (const Json* action = find_member(step.state["change"], "action"))
    step.state["action"] = *action;
  step.state["took_s"] = (wall_ms(step) - step.state["began"].get<long long>()) / 1000;
  note_evidence(step, "provider state", step.state["state"].get<std::string>());
  return Done{};
}

/// Until the restored machine lets us in: it may be too old to know the current key.
StepResult find_way_in(StepContext& step) {
  const auto host = step.tool.hosts.host_of(vps_of(step));
  if (!host) return Done{};
  constexpr int kTries = 12;
  for (const KeyUse key : {KeyUse::Current, KeyUse::Previous}) {
    const auto login = log_in(step.tool, *host, key);
    if (login) {
      step.state["way_in"] = key == KeyUse::Current ? "current" : "previous";
      return Done{};
    }
    const int tries = step.state.value("logins", 0);
    if (may_be_booting(login.error()) && tries < kTries) {
      step.state["logins"] = tries + 1;
      return look_in(step, std::chrono::seconds(5));
    }
    if (login.error().code != Code::SshAuth) break;
  }
  return Done{};
}

/// What a restored authorized_keys must be: our keys of before and the one in use, no older one of
/// ours where we know, and every foreign key as it is.
std::string reconciled(StepContext& step, const std::string& bytes, const std::string& in_use) {
  std::string wanted = in_use.empty() ? bytes : with_line(bytes, in_use);
  const Json* kept = find_member(step.state, "keys_before");
  if (kept == nullptr) return wanted;
  std::set<std::string> before = {fingerprint_of_line(in_use)};
  for (const Json& line : *kept) {
    before.insert(fingerprint_of_line(line));
    wanted = with_line(wanted, line);
  }
  std::set<std::string> retired;
  for (const KeyLine& line : key_lines(wanted))
    if (line.is_ours() && !before.contains(line.key.fingerprint))
      retired.insert(line.key.fingerprint);
  return without_keys(wanted, retired);
}

Done not_reconciled(StepContext& step, const std::string& why) {
  note_warning(step, "the restored keys could not be mended (" + why + "): see list-keys");
  note_evidence(step, "authorized_keys", "not reconciled");
  return Done{};
}

StepResult write_reconciled(StepContext& step, const KeysFile& file, const std::string& wanted) {
  if (wanted == file.bytes || key_lines(wanted).empty()) {
    const bool wrote = step.state.contains("key_writes");
    note_evidence(step, "authorized_keys", wrote ? "reconciled" : "as before");
    if (!step.state.contains("keys_before"))
      note_warning(step, "nobody knows which keys were there before: see list-keys");
    return Done{};
  }
  constexpr int kWrites = 3;
  const int writes = step.state.value("key_writes", 0);
  step.state["key_writes"] = writes + 1;
  if (writes >= kWrites) return not_reconciled(step, "the file does not stay as it was written");
  const auto wrote = write_keys_file(step.tool, file, wanted);
  // Whatever came out, the file itself says what is in it now.
  if (wrote || wrote.error().maybe_done || wrote.error().code == Code::Conflict)
    return look_in(step, std::chrono::seconds(1));
  return not_reconciled(step, wrote.error().message);
}

/// With the current key, else with the one before: what is written may change which one is right.
Result<KeysFile> read_restored(StepContext& step, const HostName& host) {
  auto file = read_keys_file(step.tool, host);
  if (file || file.error().code != Code::SshAuth) return file;
  return read_keys_file(step.tool, host, KeyUse::Previous);
}

StepResult reconcile_keys(StepContext& step) {
  const auto host = step.tool.hosts.host_of(vps_of(step));
  if (!host) return Done{};
  if (!step.state.contains("way_in")) return not_reconciled(step, "no login works");
  const auto keys = step.tool.keys.inventory("deploy", step.tool.cancel);
  if (!keys && keys.error().code != Code::NotConfigured)
    return not_reconciled(step, keys.error().message);
  const auto file = read_restored(step, *host);
  if (!file) return not_reconciled(step, file.error().message);
  const std::string in_use = keys && keys->current ? keys->current->line : "";
  return write_reconciled(step, *file, reconciled(step, file->bytes, in_use));
}

/// A restore leaves the firewall alone, as far as anybody knows.
StepResult reattach_firewall(StepContext& step) {
  if (string_member(step.state, "firewall").empty()) return Done{};
  if (!step.state.contains("reattaching")) {
    const auto vps = hosting_of(step).get_vps(vps_of(step), step.tool.cancel);
    if (!vps && is_passing(vps.error())) return look_again(step, "firewall_looks");
    if (!vps) return Failed{vps.error()};
    if (kActivation.reached(*vps, step.state)) return Done{};
    note_warning(step, "the restore took the firewall off; it was put back");
    step.state["reattaching"] = true;
    begin_change(step);
  }
  return send_activation(step);
}

Found find_reattached(StepContext& step) {
  if (string_member(step.state, "firewall").empty()) return Done{};
  return find_change(step, kActivation);
}

StepResult wait_for_firewall(StepContext& step) {
  if (string_member(step.state, "firewall").empty()) return Done{};
  if (!step.state.contains("reattaching")) begin_change(step);
  StepResult waited = wait_for_change(step, kActivation);
  if (!std::holds_alternative<Done>(waited)) return waited;
  const auto firewall = hosting_of(step).get_firewall(
      FirewallId{string_member(step.state, "firewall")}, step.tool.cancel);
  if (firewall && !firewall->is_synced)
    note_warning(step, firewall->name + " is not synced: repeat set-firewall-rules");
  note_evidence(step, "firewall", "attached");
  return Done{};
}

StepResult tell(StepContext& step) {
  Json data = step.state;
  if (const Json* made = find_member(step.state, "made")) data["restored_to"] = *made;
  if (step.state["login"] != "ok" && step.state["login"] != to_string(Code::NotConfigured))
    step.output.next.push_back({{"tool", "list-keys"},
                                {"arguments", {{"vps", step.state["vps"]}}},
                                {"why", "no login proved the restored system"}});
  return report(step,
                step.state["hostname"].get<std::string>() + " runs from " +
                    step.state["backup_id"].get<std::string>() + " after " +
                    std::to_string(step.state.value("took_s", 0LL)) + " s",
                std::move(data));
}

// A restore that ended badly, or well before a later step failed, is not undone: it stays.
constexpr Step kSteps[] = {{"check-lock", check_lock, only_reads},
                           {"save-what-can-be", save_what_can_be, only_reads},
                           {"send-restore", send_restore, find_restore},
                           {"wait-until-restored", wait_until_restored, only_reads},
                           {"find-way-in", find_way_in, only_reads},
                           {"reconcile-keys", reconcile_keys, looks_first, nothing_stays},
                           {"prove-login", prove_login, only_reads},
                           {"reattach-firewall", reattach_firewall, find_reattached, nothing_stays},
                           {"wait-for-firewall", wait_for_firewall, only_reads},
                           {"report", tell, only_reads}};

}  // namespace

Runbook restore_vps() {
  return {.version = 1, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
