// The one snapshot slot of a machine.

#include "server/sandbox/backups.h"
#include "server/sandbox/effects.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/timeline.h"
#include "server/sandbox/views.h"

namespace tier0::sandbox {
namespace {

constexpr Millis kLifetime = 20 * Millis{86'400'000};
constexpr int kRestoreSeconds = 600;
constexpr std::string_view kNone = "[VPS:2004] Snapshot does not exist.";

}  // namespace

Response get_snapshot(Call& call) {
  const Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  if (vm->snapshot) return ok(snapshot_view(*vm->snapshot));
  if (!call.world.quirks.on("snapshot-none-is-id-0")) return not_found(call.world);
  return ok(snapshot_view({.created = call.now, .expires = call.now}));
}

Response create_snapshot(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  if (auto refused = refuse_unless(call, *vm, {"running", "stopped"})) return *refused;
  return start_work(call, *vm,
                    {.verb = "snapshot-create", .name = "ct_snapshot_create", .seconds = 120});
}

Response delete_snapshot(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  if (auto refused = refuse_unless(call, *vm, {"running", "stopped"})) return *refused;
  if (!vm->snapshot) return refused_inside(call.world, kNone);
  return start_work(call, *vm,
                    {.verb = "snapshot-delete", .name = "ct_snapshot_delete", .seconds = 20});
}

Response restore_snapshot(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  if (auto refused = refuse_unless(call, *vm, {"running", "stopped"})) return *refused;
  if (!vm->snapshot) return refused_inside(call.world, kNone);
  return start_work(call, *vm,
                    {.verb = "restore-snapshot",
                     .name = "ct_snapshot_restore",
                     .seconds = kRestoreSeconds * 0.7,
                     .through = {"restoring"}});
}

void store_snapshot(const Effect& effect) {
  Vm& vm = effect.vm;
  vm.snapshot = Snapshot{.id = new_id(effect.world),
                         .restore_time = kRestoreSeconds,
                         .created = effect.now,
                         .expires = effect.now + kLifetime,
                         .disk = vm.disk};
  schedule(effect.world, {.at = vm.snapshot->expires,
                          .what = "snapshot.expires",
                          .account = effect.account.name,
                          .vm = vm.id});
}

void drop_snapshot(const Effect& effect) {
  effect.vm.snapshot.reset();
}

void restore_snapshot_disk(const Effect& effect) {
  if (!effect.vm.snapshot) return;
  effect.vm.disk = restored_disk(effect.world, *effect.vm.snapshot->disk,
                                 effect.suffers("restored-without-key"));
  power_up(effect);
}

}  // namespace tier0::sandbox
