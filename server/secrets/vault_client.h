#pragma once

#include <string>
#include <thread>

#include "server/secrets/vault_http.h"
#include "server/secrets/vault_login.h"

namespace tier0 {

/// What can be asked of Vault without a login (sys/seal-status).
struct VaultState {
  bool initialised = false;
  bool sealed = true;
  std::string version = {};
};

/// Requests to Vault with our token on them. Thread-safe.
class VaultClient {
 public:
  /// Asks nothing yet. `sources` and `clock` outlive this; `sources` knows no vault: references.
  VaultClient(const VaultOptions& options, const SecretStore& sources, const Clock& clock);

  /// What Vault says to a token that it takes; a login that has ended meanwhile is made again,
  /// once. So a 403 is about the path. Kind secret_denied where Vault refuses the login or the
  /// token; errors else as of VaultHttp and VaultLogin.
  Result<VaultAnswer> call(const VaultRequest& request, const Cancel& cancel);

  Result<VaultState> state(const Cancel& cancel);
  /// Whether we get in.
  Result<Unit> log_in(const Cancel& cancel);

 private:
  VaultHttp http_;
  VaultLogin login_;
  std::jthread keeper_;  // only for a token that we cannot make again
};

}  // namespace tier0
