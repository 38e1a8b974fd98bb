#pragma once

#include <memory>

#include "server/backend/key_store.h"
#include "server/backend/key_use.h"
#include "server/cli/simulation.h"
#include "server/config/config.h"
#include "server/secrets/secret_sources.h"
#include "server/secrets/stored_keys.h"
#include "server/secrets/vault_client.h"
#include "server/secrets/vault_kv.h"

namespace tier0::cli {

/// Secrets, and our own SSH keys, where a configuration keeps them: Vault, or the sandbox's file.
/// Nothing is asked or read before the first use. Thread-safe.
class Credentials {
 public:
  /// `simulation` may be null; it and the clock outlive this. Kind validation for an address of
  /// Vault's that is none.
  static Result<std::unique_ptr<Credentials>> make(const config::Config& config,
                                                   Simulation* simulation, const Clock& clock);

  const SecretStore& secrets() const { return secrets_; }
  /// Answers not_configured, and why, where a key cannot be written.
  KeyStore& keys() { return simulation_ != nullptr ? simulation_->keys() : *keys_; }
  /// What logs in to the hosts. Staged: kind secret_unavailable where none is, not_configured where
  /// none can be.
  Result<Secret> private_key(KeyUse use, const Cancel& cancel);
  /// Null where none is configured.
  VaultClient* vault() { return client_.get(); }

 private:
  Credentials(SecretRef deploy_key, Simulation* simulation)
      : deploy_key_(std::move(deploy_key)), simulation_(simulation) {}

  const SecretRef deploy_key_;
  Simulation* simulation_;
  const SecretSources first_;  // what the login to Vault itself needs
  std::unique_ptr<VaultClient> client_;
  std::unique_ptr<VaultKv> vault_;
  SecretSources secrets_;
  std::unique_ptr<StoredKeys> keys_;
};

}  // namespace tier0::cli
