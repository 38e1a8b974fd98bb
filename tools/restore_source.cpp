#include "tools/restore_source.h"

#include <algorithm>

#include "tools/vps_json.h"

namespace tier0::tools {
namespace {

constexpr std::string_view kProvider = "provider:";
constexpr std::string_view kSnapshot = "snapshot:";
constexpr std::string_view kRestic = "restic:";

Error no_such_backup(const std::string& id) {
  return {.code = Code::NotFound,
          .message = "there is no backup " + id,
          .hint = "Call list-backups: old ones vanish as new ones are made."};
}

Error bad_id() {
  return {.code = Code::Validation,
          .message = "that is no backup id",
          .hint = "Take one of list-backups: provider:N or snapshot:VPS.",
          .details = {{"backup_id", "must be provider:N or snapshot:VPS"}}};
}

/// Each account numbers its own.
Error several_have(const std::string& id) {
  return {.code = Code::Validation,
          .message = "several VPSs have a backup " + id,
          .hint = "Name the vps.",
          .details = {{"vps", "must be given: the backup id is not unique"}}};
}

std::vector<Account> accounts_of(ToolContext& context, const Json& args) {
  if (args.contains("vps")) return {{account_of(context, context.hosting), &context.hosting}};
  return {context.accounts.begin(), context.accounts.end()};
}

/// The machines that may be meant: the one named, else all that the caller may see.
Result<std::vector<Vps>> machines_of(ToolContext& context, const Account& account,
                                     const std::string& wanted) {
  if (!wanted.empty()) {
    auto vps = account.api->get_vps(VpsId{wanted}, context.cancel);
    if (!vps && vps.error().code == Code::NotFound) return std::vector<Vps>{};
    if (!vps) return std::move(vps).error();
    return std::vector<Vps>{*std::move(vps)};
  }
  T0_TRY(std::vector<Vps> all, account.api->list_vps(context.cancel));
  std::erase_if(all,
                [&context](const Vps& vps) { return !context.scope.covers("vps", vps.id.value); });
  return all;
}

Result<std::optional<RestoreSource>> in_machine(ToolContext& context, const Account& account,
                                                const Vps& vps, const std::string& backup) {
  T0_TRY(const std::optional<Snapshot> slot, account.api->get_snapshot(vps.id, context.cancel));
  RestoreSource source{.account = account,
                       .vps = vps,
                       .backup = {},
                       .made = {},
                       .restore_time = {},
                       .snapshot = slot};
  if (backup.empty()) {
    if (!slot) return std::optional<RestoreSource>();
    source.made = slot->created_at;
    source.restore_time = slot->restore_time;
    return std::optional(std::move(source));
  }
  T0_TRY(const std::vector<Backup> all, account.api->list_backups(vps.id, context.cancel));
  const auto found = std::ranges::find(all, BackupId{backup}, &Backup::id);
  if (found == all.end()) return std::optional<RestoreSource>();
  source.backup = found->id;
  source.made = found->created_at;
  source.restore_time = found->restore_time;
  return std::optional(std::move(source));
}

}  // namespace

Result<RestoreSource> find_restore_source(ToolContext& context, const Json& args) {
  const std::string id = args.at("backup_id");
  if (id.starts_with(kRestic))
    return Error{.code = Code::NotConfigured,
                 .message = "restic backups are not configured on this server",
                 .hint = "Restore a provider backup or the snapshot: see list-backups."};
  std::string wanted = string_member(args, "vps");
  std::string backup;
  if (id.starts_with(kSnapshot)) {
    T0_TRY(const VpsId of, VpsId::parse(id.substr(kSnapshot.size())));
    if (!wanted.empty() && wanted != of.value) return bad_id();
    wanted = of.value;
    if (!context.scope.covers("vps", of.value)) return no_such_backup(id);
  } else if (id.starts_with(kProvider)) {
    T0_TRY(const BackupId parsed, BackupId::parse(id.substr(kProvider.size())));
    backup = parsed.value;
  } else {
    return bad_id();
  }
  std::optional<RestoreSource> source;
  for (const Account& account : accounts_of(context, args)) {
    T0_TRY(const std::vector<Vps> machines, machines_of(context, account, wanted));
    for (const Vps& vps : machines) {
      T0_TRY(std::optional<RestoreSource> found, in_machine(context, account, vps, backup));
      if (found && source) return several_have(id);
      if (found) source = std::move(found);
    }
  }
  if (!source) return no_such_backup(id);
  return *std::move(source);
}

}  // namespace tier0::tools
