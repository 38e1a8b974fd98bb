#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "server/tool/context.h"

namespace tier0::tools {

/// What a VPS can be rolled back to.
struct RestoreSource {
  Account account;
  Vps vps;
  std::optional<BackupId> backup;  // empty: the snapshot
  std::optional<WallTime> made;
  std::chrono::seconds restore_time{};
  std::optional<Snapshot> snapshot;  // in the slot now; a restore of a backup deletes it
};

/// Finds "provider:N" or "snapshot:VPS" among what there is now; backups vanish as new ones are
/// made. Without `vps` it looks at every VPS that the caller may see. Errors: validation,
/// not_found, not_configured for restic:HEX.
Result<RestoreSource> find_restore_source(ToolContext& context, const Json& args);

}  // namespace tier0::tools
