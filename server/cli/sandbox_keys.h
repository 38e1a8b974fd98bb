#pragma once

#include <atomic>
#include <filesystem>

#include "server/secrets/stored_keys.h"
#include "server/secrets/versioned_file.h"

namespace tier0::cli {

/// The sandbox's SSH keys, in STATE/sandbox-keys.json, where other configurations have Vault. The
/// deploy key is made with the first question. Thread-safe.
class SandboxKeys {
 public:
  /// The clock outlives this.
  SandboxKeys(const std::filesystem::path& state, const Clock& clock);

  StoredKeys& store() { return keys_; }

 private:
  Result<KeyPlace> find(const std::string& scope);
  Result<Unit> make_deploy_key();

  VersionedFile file_;
  const KeyLayout layout_;
  std::atomic<bool> made_ = false;
  StoredKeys keys_;
};

}  // namespace tier0::cli
