#include "server/cli/credentials.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temp_folder.h"
#include "tests/fakes/vault_server.h"

using namespace tier0;
using cli::Credentials;
using cli::Simulation;

namespace {

/// A configuration with a Vault of the test's own behind it.
struct Configured {
  Configured() {
    vault.mount("smarteros", 2);
    std::ofstream(folder / "token") << vault.add_token({});
    std::filesystem::permissions(folder / "token", std::filesystem::perms(0600));
    config.ssh.private_key = *SecretRef::parse("vault:smarteros/ssh/deploy#private_key");
    config.vault =
        config::VaultConfig{.address = vault.url(),
                            .vault_namespace = "",
                            .ca_file = "",
                            .tenants = "smarteros/tenants",
                            .auth = *SecretRef::parse("file:" + (folder / "token").string())};
  }

  FakeClock clock;
  TempFolder folder;
  fakes::VaultServer vault{clock};
  config::Config config;
};

/// Stages and commits a key; its public line.
std::string rotate(KeyStore& keys, const std::string& comment) {
  const auto now = keys.inventory("deploy", {});
  REQUIRE(now);
  const auto staged = keys.stage("deploy", comment, now->version, {});
  REQUIRE(staged);
  REQUIRE(keys.commit("deploy", staged->staged->fingerprint, staged->version, {}));
  return staged->staged->line;
}

}  // namespace

TEST_CASE("a configured Vault answers references and takes new keys", "[cli][credentials]") {
  Configured scene;
  const auto made = Credentials::make(scene.config, nullptr, scene.clock);
  REQUIRE(made);

  const std::string line = rotate((*made)->keys(), "smarteros:deploy:2026-12:1");
  const auto key = (*made)->private_key(KeyUse::Current, {});

  REQUIRE(key);
  const Json fields = scene.vault.newest("smarteros/ssh/deploy");
  CHECK(fields["private_key"] == key->reveal());
  CHECK(fields["public_key"] == line);
}

TEST_CASE("a staged key can log in before it is committed", "[cli][credentials]") {
  Configured scene;
  const auto made = Credentials::make(scene.config, nullptr, scene.clock);
  REQUIRE(made);
  KeyStore& keys = (*made)->keys();
  CHECK(!(*made)->private_key(KeyUse::Staged, {}));

  REQUIRE(keys.stage("deploy", "one", keys.inventory("deploy", {})->version, {}));

  CHECK((*made)->private_key(KeyUse::Staged, {}));
  CHECK(!(*made)->private_key(KeyUse::Current, {}));
}

TEST_CASE("nothing is asked of Vault before the first use", "[cli][credentials]") {
  Configured scene;

  const auto made = Credentials::make(scene.config, nullptr, scene.clock);

  REQUIRE(made);
  CHECK(scene.vault.log().empty());
}

TEST_CASE("a deploy key in the environment can be used and not rotated", "[cli][credentials]") {
  Configured scene;
  scene.config.ssh.private_key = *SecretRef::parse("env:HOME");
  const auto made = Credentials::make(scene.config, nullptr, scene.clock);
  REQUIRE(made);

  CHECK((*made)->private_key(KeyUse::Current, {}));
  const auto staged = (*made)->private_key(KeyUse::Staged, {});
  const auto writable = (*made)->keys().writable("deploy", {});

  REQUIRE(!staged);
  CHECK(staged.error().code == Code::NotConfigured);
  REQUIRE(!writable);
  CHECK(writable.error().code == Code::NotConfigured);
  CHECK(writable.error().message.find("env:HOME") != std::string::npos);
}

TEST_CASE("the sandbox's deploy key outlives the process, and so does its rotation",
          "[cli][credentials][simulation]") {
  const TempFolder folder;
  Simulation before({}, {folder.path()});
  const std::string first = before.keys().inventory("deploy", {})->current->line;
  const std::string second = rotate(before.keys(), "smarteros:deploy:2026-12:2");

  Simulation after({}, {folder.path()});
  const auto keys = after.keys().inventory("deploy", {});

  REQUIRE(keys);
  CHECK(keys->current->line == second);
  CHECK(keys->previous->line == first);
  CHECK(after.keys().writable("deploy", {}));
}
