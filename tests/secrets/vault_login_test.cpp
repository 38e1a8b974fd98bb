// Tokens: one login for all threads, renewed in time, made anew when Vault does not take it.
#include <barrier>
#include <thread>

#include "tests/secrets/vault_rig.h"

namespace tier0 {
namespace {

using namespace std::chrono_literals;

constexpr auto kLogin = "POST auth/approle/login 200";
constexpr auto kRenewal = "POST auth/token/renew-self";

fakes::VaultGrant an_hour(bool renewable = true) {
  return {.ttl = 1h, .renewable = renewable};
}

}  // namespace

TEST_CASE("many threads share one login", "[secrets][vault]") {
  const VaultRig<> rig({.auth = VaultAuth::AppRole});
  constexpr int kThreads = 12;
  std::barrier together(kThreads);
  std::atomic<int> read = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&] {
        together.arrive_and_wait();
        if (rig.get_key()) ++read;
      });
  }

  CHECK(read == kThreads);
  CHECK(rig.server.count_requests(kLogin) == 1);
}

TEST_CASE("many threads share the failure of one login", "[secrets][vault]") {
  VaultRig<> rig({.auth = VaultAuth::AppRole});
  rig.set_secret_id("canary-wrong");
  constexpr int kThreads = 12;
  std::barrier together(kThreads);
  std::atomic<int> denied = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&] {
        together.arrive_and_wait();
        const auto secret = rig.get_key();
        if (!secret && secret.error().code == Code::SecretDenied) ++denied;
      });
  }

  CHECK(denied == kThreads);
  // Threads that come when a flight is over start another; they never each make their own.
  CHECK(rig.server.count_requests("POST auth/approle/login") <= kThreads);
}

TEST_CASE("a caller that gives up a login leaves it to the next", "[secrets][vault]") {
  const VaultRig<> rig({.auth = VaultAuth::AppRole});
  std::stop_source stop;
  stop.request_stop();

  check_error(rig.get_key({.stop = stop.get_token()}), Code::Cancelled);

  CHECK(rig.get_key());
}

TEST_CASE("a token is renewed once two thirds of its time are over", "[secrets][vault]") {
  const VaultAuth auth = GENERATE(VaultAuth::Token, VaultAuth::AppRole);
  const VaultRig<> rig({.auth = auth, .grant = an_hour()});
  REQUIRE(rig.get_key());
  rig.clock.advance(39min);
  REQUIRE(rig.get_key());
  REQUIRE(rig.server.count_requests(kRenewal) == 0);

  rig.clock.advance(2min);
  REQUIRE(rig.get_key());
  REQUIRE(rig.get_key());

  CHECK(rig.server.count_requests(kRenewal) == 1);
  CHECK(rig.server.live_tokens() == 1);
}

TEST_CASE("a token that is renewed in time lives far beyond its first hour", "[secrets][vault]") {
  const VaultRig<> rig({.auth = VaultAuth::Token, .grant = an_hour()});

  for (int i = 0; i < 20; ++i) {
    CHECK(rig.get_key());
    rig.clock.advance(45min);
  }
}

TEST_CASE("an AppRole logs in again where its token cannot be renewed", "[secrets][vault]") {
  const VaultRig<> rig({.auth = VaultAuth::AppRole, .grant = an_hour(false)});
  REQUIRE(rig.get_key());

  rig.clock.advance(41min);
  REQUIRE(rig.get_key());

  CHECK(rig.server.count_requests(kLogin) == 2);
  CHECK(rig.server.count_requests(kRenewal) == 0);
}

TEST_CASE("an AppRole logs in again when its token nears its greatest age", "[secrets][vault]") {
  const VaultRig<> rig(
      {.auth = VaultAuth::AppRole, .grant = {.ttl = 1h, .max_ttl = 2h, .renewable = true}});

  for (int i = 0; i < 10; ++i) {
    CHECK(rig.get_key());
    rig.clock.advance(41min);
  }

  CHECK(rig.server.count_requests(kLogin) >= 3);
  CHECK(rig.server.count_requests("GET smarteros/data/ssh/deploy 403") == 0);
}

TEST_CASE("an AppRole logs in again where a renewal is refused", "[secrets][vault]") {
  VaultRig<> rig({.auth = VaultAuth::AppRole, .grant = an_hour()});
  REQUIRE(rig.get_key());

  rig.server.revoke_all();
  rig.clock.advance(41min);

  CHECK(rig.get_key());
  CHECK(rig.server.count_requests(std::string(kRenewal) + " 403") == 1);
  CHECK(rig.server.count_requests(kLogin) == 2);
}

TEST_CASE("an AppRole whose token expired unused logs in again", "[secrets][vault]") {
  const VaultRig<> rig({.auth = VaultAuth::AppRole, .grant = an_hour()});
  REQUIRE(rig.get_key());

  rig.clock.advance(48h);

  CHECK(rig.get_key());
  CHECK(rig.server.count_requests(kLogin) == 2);
}

TEST_CASE("an AppRole whose token was revoked logs in again, once, within the call",
          "[secrets][vault]") {
  VaultRig<> rig({.auth = VaultAuth::AppRole});
  REQUIRE(rig.get_key());

  rig.server.revoke_all();

  CHECK(rig.get_key());
  CHECK(rig.server.count_requests(kLogin) == 2);
}

TEST_CASE("a denied path costs an AppRole no further login", "[secrets][vault]") {
  VaultScene scene{.auth = VaultAuth::AppRole};
  scene.grant.policy = {{"smarteros/data/other", {"read"}}};
  const VaultRig<> rig(scene);

  check_error(rig.get_key(), Code::SecretDenied);
  check_error(rig.get_key(), Code::SecretDenied);

  CHECK(rig.server.count_requests(kLogin) == 1);
}

TEST_CASE("a refused AppRole login is secret_denied and names what to check", "[secrets][vault]") {
  VaultRig<> rig({.auth = VaultAuth::AppRole});
  rig.set_secret_id("canary-wrong");

  check_error(rig.get_key(), Code::SecretDenied, "vault.auth.approle");
}

TEST_CASE("a secret id that was replaced counts from the next login on", "[secrets][vault]") {
  VaultRig<> rig({.auth = VaultAuth::AppRole});
  rig.set_secret_id("canary-wrong");
  REQUIRE_FALSE(rig.get_key());

  rig.set_secret_id("canary-secret-id");

  CHECK(rig.get_key());
}

TEST_CASE("an AppRole reference that cannot be read is named", "[secrets][vault]") {
  VaultRig<> rig({.auth = VaultAuth::AppRole});
  std::filesystem::remove(rig.folder / "secret-id");

  check_error(rig.get_key(), Code::SecretUnavailable, "secret-id");
}

TEST_CASE("a token that expired is secret_denied until another lies in its place",
          "[secrets][vault]") {
  VaultRig<> rig({.auth = VaultAuth::Token, .grant = an_hour(false)});
  REQUIRE(rig.get_key());

  rig.clock.advance(2h);
  check_error(rig.get_key(), Code::SecretDenied, "vault.auth.token");
  rig.set_token(rig.server.add_token({}));

  CHECK(rig.get_key());
}

TEST_CASE("a token that may not look at itself works all the same", "[secrets][vault]") {
  VaultScene scene{.auth = VaultAuth::Token};
  scene.grant.default_policy = false;
  const VaultRig<> rig(scene);

  CHECK(rig.get_key());
}

TEST_CASE("a renewal that a sealed Vault does not answer leaves the token in use",
          "[secrets][vault]") {
  VaultRig<> rig({.auth = VaultAuth::AppRole, .grant = an_hour()});
  REQUIRE(rig.get_key());

  rig.clock.advance(41min);
  rig.server.seal(true);
  check_error(rig.get_key(), Code::SecretUnavailable, "sealed");
  rig.server.seal(false);
  REQUIRE(rig.get_key());
  rig.clock.advance(1min);
  REQUIRE(rig.get_key());

  CHECK(rig.server.count_requests(kLogin) == 1);
  CHECK(rig.server.count_requests(std::string(kRenewal) + " 200") == 1);
}

TEST_CASE("a token that nobody uses is renewed all the same", "[secrets][vault]") {
  const VaultRig<SystemClock> rig({.auth = VaultAuth::Token, .grant = {.ttl = 1s}});
  REQUIRE(rig.get_key());
  const std::size_t before = rig.server.log().size();

  REQUIRE(rig.server.wait_for_requests(before + 2));

  CHECK(rig.server.count_requests(kRenewal) >= 1);
}

}  // namespace tier0
