// Backups, snapshots, keys and Monarx.
#include <algorithm>

#include "tests/fakes/fake_hosting.h"

namespace tier0 {
namespace {

using VpsState::Running;
using VpsState::Stopped;

}  // namespace

Result<std::vector<Backup>> FakeHosting::list_backups(const VpsId& vps, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_backups", {vps.value}}, cancel));
  T0_TRY(const FakeMachine* const machine, find_machine(vps));
  return machine->backups;
}

Result<Accepted> FakeHosting::restore_backup(const VpsId& vps, const BackupId& backup,
                                             const Cancel& cancel) {
  const auto restore = [](FakeWorld&, FakeMachine& m) {
    m.vps.state = Running;
    m.snapshot.reset();
  };
  const auto exists = [backup](const FakeWorld&, const FakeMachine& m) -> Result<Unit> {
    if (std::ranges::find(m.backups, backup, &Backup::id) == m.backups.end())
      return Error{.code = Code::NotFound, .message = "the backup does not exist"};
    return Unit{};
  };
  return act({"restore_backup", {vps.value, backup.value}}, vps,
             {"ct_restore", {Running, Stopped}, restore, exists}, cancel);
}

Result<std::optional<Snapshot>> FakeHosting::get_snapshot(const VpsId& vps, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"get_snapshot", {vps.value}}, cancel));
  T0_TRY(const FakeMachine* const machine, find_machine(vps));
  return machine->snapshot;
}

Result<Accepted> FakeHosting::create_snapshot(const VpsId& vps, const Cancel& cancel) {
  const auto create = [this](FakeWorld&, FakeMachine& m) {
    const WallTime now = clock_.wall();
    m.snapshot = Snapshot{.id = m.actions.back().id.value,
                          .restore_time = std::chrono::minutes(30),
                          .created_at = now,
                          .expires_at = now + std::chrono::days(20)};
  };
  return act({"create_snapshot", {vps.value}}, vps,
             {"ct_snapshot_create", {Running, Stopped}, create}, cancel);
}

Result<Accepted> FakeHosting::delete_snapshot(const VpsId& vps, const Cancel& cancel) {
  return act({"delete_snapshot", {vps.value}}, vps,
             {"ct_snapshot_delete", {}, [](FakeWorld&, FakeMachine& m) { m.snapshot.reset(); }},
             cancel);
}

Result<Accepted> FakeHosting::restore_snapshot(const VpsId& vps, const Cancel& cancel) {
  return act({"restore_snapshot", {vps.value}}, vps,
             {"ct_snapshot_restore",
              {Running, Stopped},
              [](FakeWorld&, FakeMachine& m) { m.vps.state = Running; }},
             cancel);
}

Result<std::vector<PublicKey>> FakeHosting::list_keys(const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_keys"}, cancel));
  return world_.keys;
}

Result<PublicKey> FakeHosting::create_key(const NewPublicKey& key, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Write, {"create_key", {key.name, key.key}}, cancel));
  world_.keys.push_back({.id = PublicKeyId{next_id()}, .name = key.name, .key = key.key});
  T0_CHECK(leave("create_key"));
  return world_.keys.back();
}

Result<Unit> FakeHosting::delete_key(const PublicKeyId& key, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Write, {"delete_key", {key.value}}, cancel));
  if (std::erase_if(world_.keys, [&](const auto& one) { return one.id == key; }) == 0)
    return Error{.code = Code::NotFound, .message = "the key does not exist"};
  return leave("delete_key");
}

Result<Accepted> FakeHosting::attach_keys(const VpsId& vps, const std::vector<PublicKeyId>& keys,
                                          const Cancel& cancel) {
  HostingCall call{"attach_keys", {vps.value}};
  for (const PublicKeyId& key : keys) call.arguments.push_back(key.value);
  const auto attach = [keys](FakeWorld& world, FakeMachine& m) {
    for (const PublicKey& key : world.keys)
      if (std::ranges::find(keys, key.id) != keys.end()) m.attached_keys.push_back(key);
  };
  bool hollow = false;
  const auto look = [&hollow](const FakeWorld&, const FakeMachine& m) -> Result<Unit> {
    hollow = m.attach_does_nothing;
    if (hollow) return Error{.code = Code::Internal, .message = "nothing is done"};
    return Unit{};
  };
  Result<Accepted> accepted =
      act(std::move(call), vps, {"ct_attach_keys", {}, attach, look}, cancel);
  if (hollow) return Accepted{};
  return accepted;
}

Result<std::vector<PublicKey>> FakeHosting::list_attached_keys(const VpsId& vps,
                                                               const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_attached_keys", {vps.value}}, cancel));
  T0_TRY(const FakeMachine* const machine, find_machine(vps));
  if (!machine->has_attached_keys_call)
    return Error{.code = Code::NotFound, .message = "[VPS:2002] Route is not found."};
  return machine->attached_keys;
}

Result<std::optional<ScanMetrics>> FakeHosting::get_scan_metrics(const VpsId& vps,
                                                                 const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"get_scan_metrics", {vps.value}}, cancel));
  T0_TRY(const FakeMachine* const machine, find_machine(vps));
  return machine->scan;
}

Result<Accepted> FakeHosting::install_monarx(const VpsId& vps, const Cancel& cancel) {
  return act(
      {"install_monarx", {vps.value}}, vps,
      {"monarx_install", {Running}, [](FakeWorld&, FakeMachine& m) { m.scan = ScanMetrics{}; }},
      cancel);
}

Result<Accepted> FakeHosting::uninstall_monarx(const VpsId& vps, const Cancel& cancel) {
  return act({"uninstall_monarx", {vps.value}}, vps,
             {"monarx_uninstall", {Running}, [](FakeWorld&, FakeMachine& m) { m.scan.reset(); }},
             cancel);
}

}  // namespace tier0
