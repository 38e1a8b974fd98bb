// Staging, committing and discarding keys, the same in Vault's two versions and in the sandbox's
// file.
#include "tests/secrets/key_rig.h"

namespace tier0 {
namespace {

int any_store() {
  return GENERATE(0, 1, 2);
}

}  // namespace

TEST_CASE("an inventory shows the current key's line and fingerprint", "[secrets][keys]") {
  KeyRig rig(any_store());

  const KeyInventory keys = rig.inventory();

  REQUIRE(keys.current);
  CHECK(keys.current->line == rig.first.public_key);
  CHECK(keys.current->comment == "smarteros:deploy:2026-11:1");
  CHECK(keys.current->fingerprint.starts_with("SHA256:"));
  CHECK(keys.current->fingerprint.size() == 50);
  CHECK_FALSE(keys.staged);
  CHECK_FALSE(keys.previous);
  CHECK(rig.inventory().version == keys.version);
}

TEST_CASE("a staged key lies beside the current one, which stays", "[secrets][keys]") {
  KeyRig rig(any_store());
  const KeyInventory before = rig.inventory();

  const KeyInventory after = rig.staged(kNext);

  CHECK(after.staged->comment == kNext);
  CHECK(after.staged->line.starts_with("ssh-ed25519 AAAA"));
  CHECK(after.current->line == before.current->line);
  CHECK(after.version != before.version);
  CHECK(rig.keys.private_key("deploy", KeyUse::Current, {})->reveal() ==
        rig.first.private_key.reveal());
  const auto staged = rig.keys.private_key("deploy", KeyUse::Staged, {});
  REQUIRE(staged);
  CHECK(staged->reveal().starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"));
  CHECK(*public_key_of(*staged, kNext) == after.staged->line);
}

TEST_CASE("a commit makes the staged key current and the current one previous", "[secrets][keys]") {
  KeyRig rig(any_store());
  const KeyInventory staged = rig.staged(kNext);
  const Secret key = *rig.keys.private_key("deploy", KeyUse::Staged, {});

  const auto after = rig.keys.commit("deploy", staged.staged->fingerprint, staged.version, {});

  REQUIRE(after);
  CHECK(after->current->line == staged.staged->line);
  CHECK(after->previous->line == rig.first.public_key);
  CHECK_FALSE(after->staged);
  CHECK(rig.keys.private_key("deploy", KeyUse::Current, {})->reveal() == key.reveal());
  CHECK(rig.keys.private_key("deploy", KeyUse::Previous, {})->reveal() ==
        rig.first.private_key.reveal());
  const Json fields = rig.fields();
  CHECK(fields["previous_private_key"] == rig.first.private_key.reveal());
  CHECK(fields["previous_public_key"] == rig.first.public_key);
  CHECK(fields["public_key"] == staged.staged->line);
  CHECK(fields["rotated_at"] == format_time(rig.vault.clock.wall()));
  CHECK_FALSE(fields.contains("staged_private_key"));
}

TEST_CASE("fields that are none of ours survive a rotation as they were", "[secrets][keys]") {
  KeyRig rig(any_store());
  const KeyInventory staged = rig.staged();

  REQUIRE(rig.keys.commit("deploy", staged.staged->fingerprint, staged.version, {}));

  const Json fields = rig.fields();
  CHECK(fields["host"] == "203.0.113.10");
  CHECK(fields["user"] == "smarteros");
  CHECK(fields["port"] == 22);
}

TEST_CASE("a discard forgets the staged key alone", "[secrets][keys]") {
  KeyRig rig(any_store());
  const KeyInventory before = rig.inventory();
  const KeyInventory staged = rig.staged();

  const auto after = rig.keys.discard("deploy", staged.staged->fingerprint, staged.version, {});

  REQUIRE(after);
  CHECK(after->version == before.version);
  CHECK_FALSE(rig.fields().contains("staged_private_key"));
  CHECK_FALSE(rig.keys.private_key("deploy", KeyUse::Staged, {}));
}

TEST_CASE("each step that is repeated after a crash finds its own work", "[secrets][keys]") {
  KeyRig rig(any_store());
  const KeyInventory before = rig.inventory();
  const KeyInventory staged = rig.staged(kNext);

  const auto again = rig.keys.stage("deploy", kNext, before.version, {});
  REQUIRE(again);
  CHECK(again->staged->line == staged.staged->line);

  const auto done = rig.keys.commit("deploy", staged.staged->fingerprint, staged.version, {});
  REQUIRE(done);
  const auto redone = rig.keys.commit("deploy", staged.staged->fingerprint, staged.version, {});
  REQUIRE(redone);
  CHECK(redone->version == done->version);
  CHECK(redone->previous->line == rig.first.public_key);

  CHECK(rig.keys.discard("deploy", "SHA256:other", before.version, {}));
}

TEST_CASE("a step whose keys moved is a conflict and writes nothing", "[secrets][keys]") {
  KeyRig rig(any_store());
  const KeyInventory before = rig.inventory();
  const KeyInventory staged = rig.staged(kNext);
  const std::string key = staged.staged->fingerprint;
  const Json fields = rig.fields();

  check_error(rig.keys.stage("deploy", "smarteros:deploy:2027-01:3", before.version, {}),
              Code::Conflict);
  check_error(rig.keys.stage("deploy", "smarteros:deploy:2027-01:3", staged.version, {}),
              Code::Conflict, "another key is staged");
  check_error(rig.keys.commit("deploy", key, before.version, {}), Code::Conflict);
  check_error(rig.keys.commit("deploy", "SHA256:other", staged.version, {}), Code::Conflict);
  check_error(rig.keys.discard("deploy", key, before.version, {}), Code::Conflict);
  check_error(rig.keys.discard("deploy", "SHA256:other", staged.version, {}), Code::Conflict);
  CHECK(rig.fields() == fields);
}

TEST_CASE("a key that was committed is not discarded", "[secrets][keys]") {
  KeyRig rig(any_store());
  const KeyInventory staged = rig.staged();
  const std::string key = staged.staged->fingerprint;
  const auto done = rig.keys.commit("deploy", key, staged.version, {});
  REQUIRE(done);

  check_error(rig.keys.discard("deploy", key, done->version, {}), Code::Conflict);
}

TEST_CASE("a tenant's first key starts a secret of its own, beside what lies there",
          "[secrets][keys]") {
  KeyRig rig(any_store());
  const bool there = GENERATE(true, false);
  if (there) rig.set("smarteros/tenants/acme", {{"plan", "gold"}});
  const KeyInventory none = rig.inventory("tenant-acme");
  REQUIRE_FALSE(none.current);

  const auto staged =
      rig.keys.stage("tenant-acme", "smarteros:tenant-acme:2026-12:1", none.version, {});
  REQUIRE(staged);
  const auto done =
      rig.keys.commit("tenant-acme", staged->staged->fingerprint, staged->version, {});

  REQUIRE(done);
  CHECK_FALSE(done->previous);
  const Json fields = rig.fields("smarteros/tenants/acme");
  CHECK(fields["public_key"] == done->current->line);
  CHECK(fields.contains("plan") == there);
  CHECK(rig.inventory().current->line == rig.first.public_key);
}

TEST_CASE("a secret that was deleted takes a new key", "[secrets][keys]") {
  const int kv = GENERATE(1, 2);
  KeyRig rig(kv);
  rig.vault.server.remove(kDeploy);

  CHECK(rig.keys.stage("deploy", kNext, rig.inventory().version, {}));
}

TEST_CASE("a public line that is not of the private key is not believed", "[secrets][keys]") {
  KeyRig rig(any_store());
  Json fields = rig.fields();
  fields["public_key"] = fresh_pair("smarteros:deploy:2026-11:9").public_key;
  rig.set(kDeploy, fields);
  CHECK(rig.inventory().current->comment.empty());

  fields["public_key"] = rig.first.public_key + "\nssh-ed25519 AAAA smuggled";
  rig.set(kDeploy, fields);
  CHECK(rig.inventory().current->line.find("smuggled") == std::string::npos);
  CHECK(rig.inventory().current->line.find('\n') == std::string::npos);
}

TEST_CASE("a private key that is none is secret_unavailable and not shown", "[secrets][keys]") {
  KeyRig rig(any_store());
  rig.set(kDeploy, {{"private_key", "canary-no-key"}});

  check_error(rig.keys.inventory("deploy", {}), Code::SecretUnavailable);
}

TEST_CASE("keys of references that cannot be written are not_configured and say why",
          "[secrets][keys]") {
  KeyRig rig(2);
  for (const char* reference : {"env:DEPLOY_KEY", "file:/etc/tier0/key", "systemd:key"}) {
    rig.layout.deploy = *SecretRef::parse(reference);
    check_error(rig.keys.inventory("deploy", {}), Code::NotConfigured, reference);
    check_error(rig.keys.writable("deploy", {}), Code::NotConfigured, reference);
  }
  rig.layout.documents = nullptr;
  check_error(rig.keys.writable("tenant-acme", {}), Code::NotConfigured, "no Vault");
}

TEST_CASE("what is no scope or no comment is validation", "[secrets][keys]") {
  KeyRig rig(2);
  for (const char* scope : {"", "root", "tenant-", "tenant-../ssh/deploy", "tenant-A", "deploy/"})
    check_error(rig.keys.inventory(scope, {}), Code::Validation);
  for (const char* comment : {"", "two words", "line\nbreak"})
    check_error(rig.keys.stage("deploy", comment, rig.inventory().version, {}), Code::Validation);
}

TEST_CASE("the field that ssh.private_key names is the one that is rotated", "[secrets][keys]") {
  KeyRig rig(2);
  rig.set(kDeploy, {{"key", rig.first.private_key.reveal()}});
  rig.layout.deploy.field = "key";
  const KeyInventory staged = rig.staged();

  REQUIRE(rig.keys.commit("deploy", staged.staged->fingerprint, staged.version, {}));

  CHECK(rig.fields()["previous_private_key"] == rig.first.private_key.reveal());
  CHECK(rig.inventory().current->line == staged.staged->line);
}

}  // namespace tier0
