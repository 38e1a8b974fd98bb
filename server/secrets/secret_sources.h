#pragma once

#include "server/secrets/secret_store.h"

namespace tier0 {

/// Answers every kind of reference, each time anew, so that a replaced secret is seen at once.
/// env: the variable, not empty. file: a regular file of at most 64 KiB, owned by us or root, mode
/// 0600 or stricter. systemd: a file of $CREDENTIALS_DIRECTORY. vault: asks `vault`. Of a file one
/// final line end is dropped.
class SecretSources final : public SecretStore {
 public:
  /// `vault` may be null and must outlive this.
  explicit SecretSources(const SecretStore* vault = nullptr) : vault_(vault) {}

  Result<Secret> get(const SecretRef& ref, const Cancel& cancel) const override;

 private:
  const SecretStore* vault_;
};

}  // namespace tier0
