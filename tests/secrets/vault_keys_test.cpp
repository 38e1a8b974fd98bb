// What is special about keys in Vault: other writers, lost answers, a seal in the middle.
#include <set>
#include <thread>

#include "tests/secrets/key_rig.h"

namespace tier0 {
namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE("what another program writes between our read and our write survives",
          "[secrets][vault][keys]") {
  const int kv = GENERATE(1, 2);
  KeyRig rig(kv);
  const std::string version = rig.inventory().version;
  // Version 2 sees it when it writes; version 1 at the read just before, so it comes earlier there.
  const auto other = [&] {
    Json fields = rig.fields();
    fields["host"] = "203.0.113.99";
    rig.vault.server.put(kDeploy, fields);
  };
  if (kv == 2)
    rig.vault.server.before_next_write(other);
  else
    other();

  const auto staged = rig.keys.stage("deploy", kNext, version, {});

  REQUIRE(staged);
  CHECK(rig.fields()["host"] == "203.0.113.99");
  CHECK(rig.fields()["staged_public_key"] == staged->staged->line);
}

TEST_CASE("another program's rotation between our read and our write is a conflict",
          "[secrets][vault][keys]") {
  KeyRig rig(2);
  const KeyPair theirs = fresh_pair("smarteros:deploy:2026-12:5");
  rig.vault.server.before_next_write([&] {
    Json fields = rig.fields();
    fields["private_key"] = theirs.private_key.reveal();
    fields["public_key"] = theirs.public_key;
    rig.vault.server.put(kDeploy, fields);
  });

  check_error(rig.keys.stage("deploy", kNext, rig.inventory().version, {}), Code::Conflict);

  CHECK(rig.inventory().current->line == theirs.public_key);
  CHECK_FALSE(rig.inventory().staged);
}

TEST_CASE("threads that stage at once make one key", "[secrets][vault][keys]") {
  const int kv = GENERATE(1, 2);
  KeyRig rig(kv, VaultAuth::AppRole);
  const std::string version = rig.inventory().version;
  Mutex mutex;
  std::set<std::string> lines;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i)
      threads.emplace_back([&] {
        const auto staged = rig.keys.stage("deploy", kNext, version, {});
        const MutexLock lock(mutex);
        if (staged) lines.insert(staged->staged->line);
      });
  }

  CHECK(lines.size() == 1);
  CHECK(lines.contains(rig.inventory().staged->line));
}

TEST_CASE("a seal in the middle of a rotation leaves both keys and ends with the unseal",
          "[secrets][vault][keys]") {
  const int kv = GENERATE(1, 2);
  const VaultAuth auth = GENERATE(VaultAuth::Token, VaultAuth::AppRole);
  KeyRig rig(kv, auth);
  const KeyInventory staged = rig.staged();
  const std::string key = staged.staged->fingerprint;

  rig.vault.server.seal(true);
  check_error(rig.keys.commit("deploy", key, staged.version, {}), Code::SecretUnavailable,
              "sealed");
  rig.vault.server.seal(false);
  REQUIRE(rig.inventory().version == staged.version);
  const auto done = rig.keys.commit("deploy", key, staged.version, {});

  REQUIRE(done);
  CHECK(done->current->fingerprint == key);
  CHECK(done->previous->line == rig.first.public_key);
}

TEST_CASE("a login that ends in the middle of a rotation is made again", "[secrets][vault][keys]") {
  KeyRig rig(2, VaultAuth::AppRole, {.ttl = 1h});
  const KeyInventory staged = rig.staged();

  rig.vault.clock.advance(5h);
  rig.vault.server.revoke_all();

  CHECK(rig.keys.commit("deploy", staged.staged->fingerprint, staged.version, {}));
}

TEST_CASE("a write whose answer was lost is found by reading", "[secrets][vault][keys]") {
  const int kv = GENERATE(1, 2);
  KeyRig rig(kv);
  const std::string version = rig.inventory().version;
  const auto writes = rig.vault.server.count_requests("POST smarteros/");
  rig.vault.server.lose_next_answer();

  const auto staged = rig.keys.stage("deploy", kNext, version, {});

  REQUIRE(staged);
  CHECK(rig.inventory().staged->line == staged->staged->line);
  CHECK(rig.vault.server.count_requests("POST smarteros/") == writes + 1);
}

TEST_CASE("a write whose answer was lost for good is timeout_unknown, and its repeat is safe",
          "[secrets][vault][keys]") {
  KeyRig rig(2);
  const std::string version = rig.inventory().version;
  std::stop_source stop;
  // It is carried out, and nothing more is heard of that Vault.
  rig.vault.server.lose_next_answer();
  rig.vault.server.before_next_write([&] { stop.request_stop(); });

  const auto staged = rig.keys.stage("deploy", kNext, version, {.stop = stop.get_token()});
  REQUIRE_FALSE(staged);
  const bool known_not_done = staged.error().code == Code::Cancelled;
  CHECK((known_not_done || staged.error().code == Code::TimeoutUnknown));
  CHECK((known_not_done || staged.error().maybe_done));
  const auto again = rig.keys.stage("deploy", kNext, version, {});

  REQUIRE(again);
  CHECK(rig.inventory().staged->line == again->staged->line);
}

TEST_CASE("whether keys may be written is asked without writing", "[secrets][vault][keys]") {
  const int kv = GENERATE(1, 2);
  KeyRig rig(kv);
  const std::uint64_t before = rig.vault.server.count(kDeploy);

  const auto writing = rig.keys.writable("deploy", {});

  REQUIRE(writing);
  CHECK(writing->compare_and_set == (kv == 2));
  CHECK((writing->note.find("version 1") != std::string::npos) == (kv == 1));
  CHECK(rig.vault.server.count(kDeploy) == before);
}

TEST_CASE("a policy that only reads is secret_denied before and at a write",
          "[secrets][vault][keys]") {
  const int kv = GENERATE(1, 2);
  const std::string path = kv == 2 ? "smarteros/data/ssh" : "smarteros/ssh";
  KeyRig rig(kv, VaultAuth::AppRole, {.policy = {{path, {"read"}}}});
  const Json fields = rig.fields();

  check_error(rig.keys.writable("deploy", {}), Code::SecretDenied, path + "/deploy");
  check_error(rig.keys.stage("deploy", kNext, rig.inventory().version, {}), Code::SecretDenied,
              "update");
  CHECK(rig.fields() == fields);
}

TEST_CASE("a role that may create and update passes the question", "[secrets][vault][keys]") {
  const std::vector<std::string> all = {"create", "read", "update"};
  KeyRig rig(2, VaultAuth::AppRole,
             {.policy = {{"smarteros/data/ssh", all}, {"smarteros/data/tenants", all}}});

  CHECK(rig.keys.writable("deploy", {}));
  CHECK(rig.keys.writable("tenant-new", {}));
}

}  // namespace tier0
