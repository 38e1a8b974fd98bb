#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "server/backend/action.h"
#include "server/base/cancel.h"

namespace tier0 {

/// A provider backup: the whole disk. About two weekly and two daily ones are kept.
struct Backup {
  BackupId id = {};
  long long size_kb = 0;
  std::chrono::seconds restore_time{};  // the provider's estimate
  std::string location = {};
  std::optional<WallTime> created_at = {};
};

/// The only snapshot slot of a VM.
struct Snapshot {
  std::string id = {};
  std::chrono::seconds restore_time{};
  std::optional<WallTime> created_at = {};
  std::optional<WallTime> expires_at = {};
};

/// Provider backups and the snapshot. The provider has no call to create, delete or schedule
/// backups. Errors common to all methods: see HostingApi.
class BackupApi {
 public:
  virtual ~BackupApi() = default;

  virtual Result<std::vector<Backup>> list_backups(const VpsId& vps, const Cancel& cancel) = 0;
  /// Overwrites the whole disk and deletes the snapshot; the VM is locked for minutes to hours.
  virtual Result<Accepted> restore_backup(const VpsId& vps, const BackupId& backup,
                                          const Cancel& cancel) = 0;

  /// Empty where there is none (the provider says so with id 0, not with 404).
  virtual Result<std::optional<Snapshot>> get_snapshot(const VpsId& vps, const Cancel& cancel) = 0;
  /// Overwrites the one there is.
  virtual Result<Accepted> create_snapshot(const VpsId& vps, const Cancel& cancel) = 0;
  virtual Result<Accepted> delete_snapshot(const VpsId& vps, const Cancel& cancel) = 0;
  /// Overwrites the whole disk.
  virtual Result<Accepted> restore_snapshot(const VpsId& vps, const Cancel& cancel) = 0;
};

}  // namespace tier0
