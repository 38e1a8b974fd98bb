#pragma once

#include <map>
#include <optional>
#include <string>

#include "server/base/mutex.h"
#include "server/secrets/vault_client.h"

namespace tier0 {

/// Where a key-value engine is mounted, and which version it has.
struct VaultMount {
  std::string path;  // without a slash at its end
  int version = 2;

  /// The path below /v1/ of a secret, MOUNT/PATH, as policies name it.
  std::string api_path(const std::string& name) const;
};

/// Which mount a secret lies in: asked of Vault once, and kept until forgotten. Thread-safe.
class VaultMounts {
 public:
  /// `client` outlives this.
  explicit VaultMounts(VaultClient& client) : client_(client) {}

  /// Asks sys/internal/ui/mounts, which says nothing to a token whose policies name no path there;
  /// then takes the first part of the name for the mount and reads as either version. Kind
  /// not_configured where no key-value engine is mounted; else the errors of VaultClient.
  Result<VaultMount> find(const std::string& name, const Cancel& cancel) EXCLUDES(mutex_);
  void forget(const VaultMount& mount) EXCLUDES(mutex_);

 private:
  std::optional<VaultMount> known(const std::string& name) EXCLUDES(mutex_);
  /// Empty where Vault does not say.
  Result<std::optional<VaultMount>> ask(const std::string& name, const Cancel& cancel);
  Result<VaultMount> guess(const std::string& name, const Cancel& cancel);

  VaultClient& client_;
  Mutex mutex_;
  std::map<std::string, int> versions_ GUARDED_BY(mutex_);  // by the mount's path
};

}  // namespace tier0
