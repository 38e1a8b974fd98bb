#pragma once

#include <optional>
#include <string>

#include "server/base/cancel.h"
#include "server/base/result.h"

namespace tier0 {

/// The public half of one of our own SSH keys; the private half never leaves the store.
struct SshPublicKey {
  std::string line;          // as authorized_keys wants it: "ssh-ed25519 AAAA… comment"
  std::string fingerprint;   // "SHA256:…", as ssh-keygen -l shows it
  std::string comment = {};  // smarteros:<scope>:<yyyy-mm>:<seq> where we made it
};

/// The keys of one scope. A version that reads the same later means that none of them moved.
struct KeyInventory {
  std::string version;  // opaque
  std::optional<SshPublicKey> current = {};
  std::optional<SshPublicKey> staged = {};
  std::optional<SshPublicKey> previous = {};
};

/// How safe a write of the keys of a scope is.
struct KeyWriting {
  bool compare_and_set = true;  // false: another program's write at the same moment could be lost
  std::string note = {};        // says so to people; empty where it is true
};

/// Our own SSH keys, by scope: `deploy` is the key that logs in to the hosts (ssh.private_key),
/// `tenant-SLUG` a tenant's. Thread-safe. Errors common to all: not_configured where keys of that
/// scope cannot be written, saying why; validation for no scope; secret_unavailable; secret_denied;
/// cancelled; timeout. A write whose answer was lost and that cannot be seen is timeout_unknown
/// with maybe_done: repeat it unchanged, it never happens twice.
class KeyStore {
 public:
  virtual ~KeyStore() = default;

  virtual Result<KeyInventory> inventory(const std::string& scope, const Cancel& cancel) = 0;
  /// Whether the other calls may write, as far as it can be told without writing.
  virtual Result<KeyWriting> writable(const std::string& scope, const Cancel& cancel) = 0;

  /// Makes an Ed25519 pair with this comment, one word, beside the current one. A key staged with
  /// the same comment is returned as it is, whatever the version. Kind conflict where the version
  /// moved, or where another key is staged, which wants a discard first.
  virtual Result<KeyInventory> stage(const std::string& scope, const std::string& comment,
                                     const std::string& version, const Cancel& cancel) = 0;
  /// The staged key becomes the current one and the current one the previous. Whatever else lies
  /// beside the keys survives. Where that key is the current one already, the inventory. Kind
  /// conflict where the version moved or that key is not staged.
  virtual Result<KeyInventory> commit(const std::string& scope,
                                      const std::string& staged_fingerprint,
                                      const std::string& version, const Cancel& cancel) = 0;
  /// Forgets the staged key. Where none is staged, the inventory. Kind conflict where the version
  /// moved, or that key is the current one, or another one is staged.
  virtual Result<KeyInventory> discard(const std::string& scope,
                                       const std::string& staged_fingerprint,
                                       const std::string& version, const Cancel& cancel) = 0;
};

}  // namespace tier0
