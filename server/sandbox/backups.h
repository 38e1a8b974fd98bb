#pragma once

#include "server/sandbox/world.h"

namespace tier0::sandbox {

/// Adds a backup of the VM's disk as it is, and drops what is beyond two of its kind.
void add_backup(World& world, Vm& vm, bool daily, Millis when);

/// The provider's own schedule: takes one and queues the next.
void take_scheduled_backup(World& world, Account& account, Vm& vm, const Event& event);

/// Queues the first scheduled backups of a VM, unless they are queued already.
void start_backup_schedule(World& world, const Account& account, const Vm& vm, Millis now);

/// The disk of a backup or snapshot as it comes back: the same content under a new image id.
DiskPtr restored_disk(World& world, const Disk& source, bool without_keys);

}  // namespace tier0::sandbox
