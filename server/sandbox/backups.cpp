#include "server/sandbox/backups.h"

#include <algorithm>

#include "server/sandbox/effects.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/timeline.h"
#include "server/sandbox/views.h"

namespace tier0::sandbox {
namespace {

constexpr std::ptrdiff_t kKept = 2;
// What the API promises is pessimistic, as estimates of restores are.
constexpr double kRealPart = 0.7;

Event next_backup(const Account& account, const Vm& vm, bool daily, Millis last) {
  return {.at = last + kDay * (daily ? 1 : 7),
          .what = "backup",
          .account = account.name,
          .vm = vm.id,
          .args = {{"daily", daily}}};
}

}  // namespace

Response list_backups(Call& call) {
  const Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  Json list = Json::array();
  for (auto backup = vm->backups.rbegin(); backup != vm->backups.rend(); ++backup)
    list.push_back(backup_view(*backup));
  return paged(call, list);
}

Response restore_backup(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  const auto backup = std::ranges::find(vm->backups, call.id(1), &Backup::id);
  if (backup == vm->backups.end()) return not_found(call.world);
  if (auto refused = refuse_unless(call, *vm, {"running", "stopped"})) return *refused;
  return start_work(call, *vm,
                    {.verb = "restore-backup",
                     .name = "ct_restore_backup",
                     .seconds = backup->restore_time * kRealPart,
                     .args = {{"backup", backup->id}},
                     .through = {"restoring"}});
}

void restore_backup_disk(const Effect& effect) {
  Vm& vm = effect.vm;
  const auto backup =
      std::ranges::find(vm.backups, effect.args.value("backup", Id{0}), &Backup::id);
  if (backup == vm.backups.end()) return;
  vm.disk = restored_disk(effect.world, *backup->disk, effect.suffers("restored-without-key"));
  if (effect.world.quirks.on("restore-deletes-snapshot")) vm.snapshot.reset();
  power_up(effect);
}

DiskPtr restored_disk(World& world, const Disk& source, bool without_keys) {
  Disk disk = source;
  disk.image = "img-" + random_hex(world, 12);
  if (without_keys)
    std::erase_if(disk.files, [](const auto& f) { return f.first.ends_with("/authorized_keys"); });
  return std::make_shared<const Disk>(std::move(disk));
}

void add_backup(World& world, Vm& vm, bool daily, Millis when) {
  vm.backups.push_back(
      {.id = new_id(world),
       .size = vm.disk_size * 90 + static_cast<std::int64_t>(random_bits(world) % 100'000),
       .restore_time = 720 + static_cast<int>(random_bits(world) % 240),
       .location = "node-" + std::to_string(1 + random_bits(world) % 9),
       .created = when,
       .daily = daily,
       .disk = vm.disk});
  const auto of_kind = [daily](const Backup& backup) { return backup.daily == daily; };
  if (std::ranges::count_if(vm.backups, of_kind) > kKept)
    vm.backups.erase(std::ranges::find_if(vm.backups, of_kind));
}

void take_scheduled_backup(World& world, Account& account, Vm& vm, const Event& event) {
  const bool daily = event.args.value("daily", false);
  const bool wanted = daily ? vm.daily_backups : vm.weekly_backups;
  if (wanted && vm.template_id != 0) add_backup(world, vm, daily, event.at);
  schedule(world, next_backup(account, vm, daily, event.at));
}

void start_backup_schedule(World& world, const Account& account, const Vm& vm, Millis now) {
  const auto scheduled = [&](const Event& event) {
    return event.what == "backup" && event.vm == vm.id && event.account == account.name;
  };
  if (std::ranges::any_of(world.events, scheduled)) return;
  for (const bool daily : {false, true}) schedule(world, next_backup(account, vm, daily, now));
}

}  // namespace tier0::sandbox
