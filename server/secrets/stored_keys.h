#pragma once

#include <functional>
#include <string>

#include "server/backend/key_store.h"
#include "server/backend/key_use.h"
#include "server/base/clock.h"
#include "server/base/secret.h"
#include "server/secrets/key_places.h"

namespace tier0 {

struct MadeKey {
  Secret private_key;       // OpenSSH PEM, no passphrase
  std::string public_line;  // "ssh-ed25519 AAAA… comment"
};

/// What only an SSH library can do. Thread-safe functions.
struct KeyTools {
  std::function<Result<MadeKey>(const std::string& comment)> make;
  /// The public line of a private key. Kind secret_unavailable where it is none.
  std::function<Result<std::string>(const Secret& private_key, const std::string& comment)>
      public_line;
};

/// Our own keys as fields of secrets: `private_key` and `public_key`, the same two with `staged_`
/// and `previous_` in front, and `rotated_at`. What else lies in the secret stays, whoever writes
/// it and when. The public half of a key is told from its private half, never believed.
/// Thread-safe.
class StoredKeys final : public KeyStore {
 public:
  using Find = std::function<Result<KeyPlace>(const std::string& scope)>;

  /// The clock, and what `find` names, outlive this.
  StoredKeys(Find find, KeyTools tools, const Clock& clock)
      : find_(std::move(find)), tools_(std::move(tools)), clock_(clock) {}

  Result<KeyInventory> inventory(const std::string& scope, const Cancel& cancel) override;
  Result<KeyWriting> writable(const std::string& scope, const Cancel& cancel) override;
  Result<KeyInventory> stage(const std::string& scope, const std::string& comment,
                             const std::string& version, const Cancel& cancel) override;
  Result<KeyInventory> commit(const std::string& scope, const std::string& staged_fingerprint,
                              const std::string& version, const Cancel& cancel) override;
  Result<KeyInventory> discard(const std::string& scope, const std::string& staged_fingerprint,
                               const std::string& version, const Cancel& cancel) override;

  /// For the SSH client alone. Kind secret_unavailable where there is no such key.
  Result<Secret> private_key(const std::string& scope, KeyUse use, const Cancel& cancel);

 private:
  /// What a change makes of the fields; `wanted` false where they are as it wants them already.
  struct Change {
    bool wanted = false;
    SecretJson fields = {};
  };
  using Edit = std::function<Result<Change>(const KeyPlace&, const SecretJson& fields,
                                            const KeyInventory& now)>;

  Result<KeyInventory> inventory_of(const KeyPlace& place, const SecretJson& fields) const;
  Result<std::optional<SshPublicKey>> key_in(const SecretJson& fields,
                                             const std::string& private_field,
                                             const std::string& public_field) const;
  /// Reads, edits and writes, again where somebody else wrote meanwhile.
  Result<KeyInventory> update(const std::string& scope, const Cancel& cancel, const Edit& edit);
  Result<Unit> write(const KeyPlace& place, const SecretDocument& seen, const SecretJson& fields,
                     const Cancel& cancel);

  const Find find_;
  const KeyTools tools_;
  const Clock& clock_;
};

}  // namespace tier0
