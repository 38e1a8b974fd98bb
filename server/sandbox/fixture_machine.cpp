#include "server/sandbox/fixture_machine.h"

#include "server/crypto/crypto.h"
#include "server/sandbox/backups.h"
#include "server/sandbox/catalog.h"
#include "server/sandbox/install.h"
#include "server/sandbox/purchase.h"

namespace tier0::sandbox {
namespace {

constexpr Id kPlainUbuntu = 1077;

/// A well-formed Ed25519 public key that nobody has the private half of.
std::string foreign_key(World& world, std::string_view comment) {
  const std::string type = "ssh-ed25519";
  std::string blob = std::string(3, '\0') + '\x0b' + type + std::string(3, '\0') + '\x20';
  while (blob.size() < 51) blob += static_cast<char>(random_bits(world) & 0xFFU);
  return type + " " + crypto::base64_encode(blob) + " " + std::string(comment);
}

DiskPtr lived_in_disk(World& world, const Vm& vm, const Seeding& seeding, Millis now) {
  Disk disk = fresh_disk(world, vm, vm.template_id, vm.created);
  disk.files["/home"] = {.kind = File::Kind::Directory, .mode = 0755, .modified = vm.created};
  add_authorized_key(disk, "root", foreign_key(world, "ops@laptop"), vm.created);
  if (!seeding.deploy_public_key.empty())
    add_authorized_key(disk, "smarteros", seeding.deploy_public_key, now);
  return std::make_shared<const Disk>(std::move(disk));
}

/// The disk as it was: a key that has been retired since is still on it.
DiskPtr older_disk(World& world, const Disk& today, Millis then) {
  Disk disk = today;
  add_authorized_key(disk, "smarteros", foreign_key(world, "smarteros:deploy:2026-09:1"), then);
  return std::make_shared<const Disk>(std::move(disk));
}

void add_subscription(World& world, Account& account, Vm& vm, Millis now) {
  const Offer offer = find_price("hostingercom-vps-kvm2-usd-1m");
  account.subscriptions.push_back({.id = "Sim" + random_hex(world, 13),
                                   .name = vm.plan.value_or(offer.item->name),
                                   .total_price = offer.price->price,
                                   .renewal_price = offer.price->price,
                                   .created = vm.created,
                                   .expires = now + 20 * kDay,
                                   .next_billing = now + 19 * kDay});
  vm.subscription = account.subscriptions.back().id;
}

void add_old_backups(World& world, Vm& vm, Millis now) {
  const DiskPtr today = vm.disk;
  for (const Millis age : {12 * kDay, 5 * kDay}) {
    vm.disk = older_disk(world, *today, now - age);
    add_backup(world, vm, false, now - age);
  }
  vm.disk = today;
}

}  // namespace

void complete_machine(World& world, Account& account, Vm& vm, const Seeding& seeding, Millis now) {
  if (vm.id == 0) vm.id = new_id(world);
  if (vm.created == 0) vm.created = now - 60 * kDay;
  if (vm.hostname.empty()) vm.hostname = "srv" + std::to_string(vm.id) + ".hstgr.cloud";
  if (!vm.subscription) add_subscription(world, account, vm, now);
  const bool bare = vm.state == "initial" || vm.state == "creating";
  if (bare) {
    if (!vm.disk) vm.disk = std::make_shared<const Disk>();
    return;
  }
  if (vm.template_id == 0) vm.template_id = kPlainUbuntu;
  if (!vm.data_center) vm.data_center = data_centers().front().id;
  assign_addresses(world, vm);
  if (vm.booted == 0) vm.booted = now - 9 * kDay;
  if (!vm.disk) vm.disk = lived_in_disk(world, vm, seeding, now);
  if (vm.backups.empty() && vm.weekly_backups) add_old_backups(world, vm, now);
  for (Backup& backup : vm.backups)
    if (!backup.disk) backup.disk = vm.disk;
  if (vm.snapshot && !vm.snapshot->disk) vm.snapshot->disk = vm.disk;
  start_backup_schedule(world, account, vm, now - 5 * kDay);
}

}  // namespace tier0::sandbox
