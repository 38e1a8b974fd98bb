#pragma once

#include <string>

#include "server/secrets/secret_documents.h"
#include "server/secrets/secret_store.h"
#include "server/secrets/turns.h"
#include "server/secrets/vault_client.h"
#include "server/secrets/vault_mounts.h"

namespace tier0 {

/// Vault's key-value engine, versions 1 and 2 of it. Values are read each time and never kept;
/// which version an engine has is. Thread-safe. Further errors: not_configured where no such engine
/// is mounted; secret_unavailable where the secret, or the field of a reference, is not there.
///
/// Version 2 compares and sets. Version 1 cannot: a replacement reads before and after it writes,
/// and takes turns with the others of this process.
class VaultKv final : public SecretStore, public SecretDocuments {
 public:
  /// `client` outlives this.
  VaultKv(VaultClient& client, const Clock& clock)
      : client_(client), mounts_(client), turns_(clock) {}

  Result<Secret> get(const SecretRef& ref, const Cancel& cancel) const override;

  Result<SecretDocument> read(const std::string& name, const Cancel& cancel) override;
  Result<Unit> replace(const std::string& name, const SecretDocument& seen,
                       const SecretJson& fields, const Cancel& cancel) override;
  Result<KeyWriting> writable(const std::string& name, const Cancel& cancel) override;

 private:
  Result<SecretDocument> load(const std::string& name, const Cancel& cancel) const;
  Result<SecretDocument> load(const VaultMount& mount, const std::string& name,
                              const Cancel& cancel) const;
  Result<Unit> replace_checked(const VaultMount& mount, const std::string& name,
                               const SecretDocument& seen, const SecretJson& fields,
                               const Cancel& cancel);
  Result<Unit> put(const VaultMount& mount, const std::string& name, SecretJson body,
                   const Cancel& cancel);

  VaultClient& client_;
  mutable VaultMounts mounts_;  // remembers what it found
  Turns turns_;
};

}  // namespace tier0
