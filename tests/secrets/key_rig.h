#pragma once

#include "server/base/files.h"
#include "server/secrets/stored_keys.h"
#include "server/secrets/versioned_file.h"
#include "server/ssh/key_pair.h"
#include "tests/secrets/vault_rig.h"

namespace tier0 {

inline constexpr auto kNext = "smarteros:deploy:2026-12:2";

inline KeyTools libssh_tools() {
  return {.make = [](const std::string& comment) -> Result<MadeKey> {
            T0_TRY(KeyPair pair, generate_key_pair(comment));
            return MadeKey{.private_key = std::move(pair.private_key),
                           .public_line = std::move(pair.public_key)};
          },
          .public_line = public_key_of};
}

inline KeyPair fresh_pair(const std::string& comment) {
  auto pair = generate_key_pair(comment);
  REQUIRE(pair);
  return *std::move(pair);
}

/// Keys in a Vault of version 1 or 2, or (0) in the sandbox's file. The deploy secret starts with a
/// key, a host and a user.
class KeyRig {
 public:
  explicit KeyRig(int store, VaultAuth auth = VaultAuth::Token, fakes::VaultGrant grant = {})
      : vault({.kv = store == 0 ? 2 : store, .auth = auth, .grant = std::move(grant)}),
        file(vault.folder / "keys.json", vault.clock),
        in_file(store == 0) {
    layout = {.deploy = *SecretRef::parse("vault:smarteros/ssh/deploy#private_key"),
              .tenants = "smarteros/tenants",
              .documents = in_file ? static_cast<SecretDocuments*>(&file) : &vault.kv};
    set(kDeploy, {{"private_key", first.private_key.reveal()},
                  {"public_key", first.public_key},
                  {"host", "203.0.113.10"},
                  {"user", "smarteros"},
                  {"port", 22}});
  }

  /// As another program writes and reads.
  void set(const std::string& name, const Json& fields) {
    if (!in_file) return vault.server.put(name, fields);
    const auto seen = file.read(name, {});
    REQUIRE(seen);
    REQUIRE(file.replace(name, *seen, SecretJson(fields), {}));
  }
  Json fields(const std::string& name = kDeploy) {
    if (!in_file) return vault.server.newest(name);
    const auto seen = file.read(name, {});
    REQUIRE(seen);
    return seen->fields.reveal();
  }

  KeyInventory inventory(const std::string& scope = "deploy") {
    const auto found = keys.inventory(scope, {});
    INFO((found ? "" : text_of(found.error())));
    REQUIRE(found);
    return *found;
  }
  KeyInventory staged(const std::string& comment = kNext) {
    const auto made = keys.stage("deploy", comment, inventory().version, {});
    INFO((made ? "" : text_of(made.error())));
    REQUIRE(made);
    REQUIRE(made->staged);
    return *made;
  }

  VaultRig<> vault;
  VersionedFile file;
  bool in_file;
  KeyPair first = fresh_pair("smarteros:deploy:2026-11:1");
  KeyLayout layout;
  StoredKeys keys{[this](const std::string& scope) { return place_of(layout, scope); },
                  libssh_tools(), vault.clock};
};

}  // namespace tier0
