// Backups, the snapshot, keys and Monarx.
#include "server/hosting/calls.h"
#include "server/hosting/hostinger.h"
#include "server/hosting/paths.h"

namespace tier0::hosting {

Result<std::vector<Backup>> Hostinger::list_backups(const VpsId& vps, const Cancel& cancel) {
  return read_pages(gateway_, machine_path(vps) + "/backups", parse_backup, cancel);
}

Result<Accepted> Hostinger::restore_backup(const VpsId& vps, const BackupId& backup,
                                           const Cancel& cancel) {
  return act(
      vps,
      {.method = "POST",
       .path = machine_path(vps) + "/backups/" + encode_component(backup.value) + "/restore"},
      cancel);
}

Result<std::optional<Snapshot>> Hostinger::get_snapshot(const VpsId& vps, const Cancel& cancel) {
  return ask(gateway_, {.path = machine_path(vps) + "/snapshot"}, parse_snapshot, cancel);
}

Result<Accepted> Hostinger::create_snapshot(const VpsId& vps, const Cancel& cancel) {
  return act(vps, {.method = "POST", .path = machine_path(vps) + "/snapshot"}, cancel);
}

Result<Accepted> Hostinger::delete_snapshot(const VpsId& vps, const Cancel& cancel) {
  return act(vps, {.method = "DELETE", .path = machine_path(vps) + "/snapshot"}, cancel);
}

Result<Accepted> Hostinger::restore_snapshot(const VpsId& vps, const Cancel& cancel) {
  return act(vps, {.method = "POST", .path = machine_path(vps) + "/snapshot/restore"}, cancel);
}

Result<std::vector<PublicKey>> Hostinger::list_keys(const Cancel& cancel) {
  return read_pages(gateway_, vps_path("public-keys"), parse_public_key, cancel);
}

Result<PublicKey> Hostinger::create_key(const NewPublicKey& key, const Cancel& cancel) {
  return make(gateway_,
              {.method = "POST",
               .path = vps_path("public-keys"),
               .body = Json{{"name", key.name}, {"key", key.key}},
               .check = "List the account's public keys: this one may be there now."},
              parse_public_key, cancel);
}

Result<Unit> Hostinger::delete_key(const PublicKeyId& key, const Cancel& cancel) {
  T0_CHECK(
      gateway_.write({.method = "DELETE", .path = vps_path("public-keys", key.value)}, cancel));
  return Unit{};
}

Result<Accepted> Hostinger::attach_keys(const VpsId& vps, const std::vector<PublicKeyId>& keys,
                                        const Cancel& cancel) {
  Json ids = Json::array();
  for (const PublicKeyId& key : keys) ids.push_back(json_id(key.value));
  return act(vps,
             {.method = "POST",
              .path = vps_path("public-keys/attach", vps.value),
              .body = Json{{"ids", std::move(ids)}}},
             cancel);
}

Result<std::vector<PublicKey>> Hostinger::list_attached_keys(const VpsId& vps,
                                                             const Cancel& cancel) {
  return read_pages(gateway_, machine_path(vps) + "/public-keys", parse_public_key, cancel);
}

Result<std::optional<ScanMetrics>> Hostinger::get_scan_metrics(const VpsId& vps,
                                                               const Cancel& cancel) {
  auto metrics = ask(gateway_, {.path = machine_path(vps) + "/monarx"}, parse_scan_metrics, cancel);
  if (metrics) return std::optional(*std::move(metrics));
  if (metrics.error().message.starts_with("[VPS:2042]")) return std::optional<ScanMetrics>();
  return std::move(metrics).error();
}

Result<Accepted> Hostinger::install_monarx(const VpsId& vps, const Cancel& cancel) {
  return act(vps, {.method = "POST", .path = machine_path(vps) + "/monarx"}, cancel);
}

Result<Accepted> Hostinger::uninstall_monarx(const VpsId& vps, const Cancel& cancel) {
  return act(vps, {.method = "DELETE", .path = machine_path(vps) + "/monarx"}, cancel);
}

}  // namespace tier0::hosting
