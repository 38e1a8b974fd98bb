// Reading references, against both versions of the engine and with both ways to log in.
#include <thread>

#include "tests/secrets/vault_rig.h"

namespace tier0 {
namespace {

using namespace std::chrono_literals;

VaultScene any_scene() {
  const int kv = GENERATE(1, 2);
  const VaultAuth auth = GENERATE(VaultAuth::Token, VaultAuth::AppRole);
  return {.kv = kv, .auth = auth};
}

}  // namespace

TEST_CASE("a vault reference gives the field's text", "[secrets][vault]") {
  const VaultRig<> rig(any_scene());

  const auto secret = rig.get_key();

  REQUIRE(secret);
  CHECK(secret->reveal() == kValue);
}

TEST_CASE("a vault reference is read anew each time", "[secrets][vault]") {
  VaultRig<> rig(any_scene());
  REQUIRE(rig.get_key());

  rig.server.put(kDeploy, {{"private_key", "second"}});

  CHECK(rig.get_key()->reveal() == "second");
}

TEST_CASE("a secret, a field or a text that is not there is secret_unavailable by name",
          "[secrets][vault]") {
  const VaultRig<> rig(any_scene());

  check_error(rig.get("vault:smarteros/ssh/none#f"), Code::SecretUnavailable,
              "vault:smarteros/ssh/none#f");
  check_error(rig.get("vault:smarteros/ssh/deploy#none"), Code::SecretUnavailable, "#none");
  check_error(rig.get("vault:smarteros/ssh/deploy#count"), Code::SecretUnavailable, "#count");
}

TEST_CASE("a deleted version is a secret that is not there", "[secrets][vault]") {
  VaultRig<> rig(any_scene());

  rig.server.remove(kDeploy);

  check_error(rig.get_key(), Code::SecretUnavailable, "no such secret");
}

TEST_CASE("a mount that is not there is not_configured", "[secrets][vault]") {
  const VaultRig<> rig(any_scene());

  check_error(rig.get("vault:elsewhere/ssh/deploy#private_key"), Code::NotConfigured, "elsewhere");
}

TEST_CASE("a mount of another engine is not_configured", "[secrets][vault]") {
  VaultRig<> rig(VaultScene{});
  rig.server.mount_other("pki", "pki");

  check_error(rig.get("vault:pki/issue/web#key"), Code::NotConfigured, "no key-value engine");
}

TEST_CASE("a mount of several parts is found", "[secrets][vault]") {
  VaultRig<> rig(any_scene());
  rig.server.mount("team/kv", 2);
  rig.server.put("team/kv/a/b", {{"f", "deep"}});

  CHECK(rig.get("vault:team/kv/a/b#f")->reveal() == "deep");
}

TEST_CASE("the engine's version is asked once", "[secrets][vault]") {
  const VaultRig<> rig(any_scene());

  REQUIRE(rig.get_key());
  REQUIRE(rig.get_key());

  CHECK(rig.server.count_requests("GET sys/internal/ui/mounts/") == 1);
}

TEST_CASE("the engine's version is found by reading where Vault does not say it",
          "[secrets][vault]") {
  // As the usual policies are written: only the secret's own path.
  const int kv = GENERATE(1, 2);
  VaultScene scene{.kv = kv};
  scene.grant.policy = {{kv == 2 ? "smarteros/data/ssh" : "smarteros/ssh", {"read"}}};
  VaultRig<> rig(scene);
  rig.server.hide_mounts();

  CHECK(rig.get_key()->reveal() == kValue);
  check_error(rig.get("vault:smarteros/other#f"), Code::SecretDenied, "smarteros");
}

TEST_CASE("a missing secret is told from a missing engine where Vault hides its mounts",
          "[secrets][vault]") {
  const int kv = GENERATE(1, 2);
  VaultRig<> rig({.kv = kv});
  rig.server.hide_mounts();

  check_error(rig.get("vault:smarteros/none#f"), Code::SecretUnavailable, "no");
  check_error(rig.get("vault:elsewhere/none#f"), Code::NotConfigured, "elsewhere");
}

TEST_CASE("an engine that was mounted anew with the other version is noticed", "[secrets][vault]") {
  VaultRig<> rig({.kv = 1});
  REQUIRE(rig.get_key());

  rig.server.mount("smarteros", 2);
  rig.server.put(kDeploy, {{"private_key", "second"}});
  check_error(rig.get_key(), Code::SecretUnavailable, "Repeat the call");

  CHECK(rig.get_key()->reveal() == "second");
}

TEST_CASE("a path that our policy leaves out is secret_denied and says which", "[secrets][vault]") {
  VaultScene scene = any_scene();
  scene.grant.policy = {{"smarteros/other", {"read"}}, {"smarteros/data/other", {"read"}}};
  const VaultRig<> rig(scene);

  const auto answer = rig.get_key();

  check_error(answer, Code::SecretDenied,
              scene.kv == 2 ? "smarteros/data/ssh/deploy" : "smarteros/ssh/deploy");
  CHECK(answer.error().hint.find("capabilities") != std::string::npos);
}

TEST_CASE("a sealed Vault is secret_unavailable and works again once it is unsealed",
          "[secrets][vault]") {
  VaultRig<> rig(any_scene());

  rig.server.seal(true);
  check_error(rig.get_key(), Code::SecretUnavailable, "sealed");
  rig.server.seal(false);

  CHECK(rig.get_key()->reveal() == kValue);
}

TEST_CASE("requests carry the namespace, and a wrong one finds nothing", "[secrets][vault]") {
  const VaultRig<> right({.auth = VaultAuth::AppRole, .in_namespace = "team-a/ops"});
  CHECK(right.get_key()->reveal() == kValue);

  const VaultRig<> wrong({.auth = VaultAuth::AppRole});
  VaultOptions options{.address = *BaseUrl::parse(right.server.url()),
                       .vault_namespace = "team-b",
                       .auth = VaultToken{{.kind = SecretRef::Kind::Env, .name = "HOME"}},
                       .user_agent = "tier0/test"};
  VaultClient client(options, wrong.sources, wrong.clock);
  check_error(client.log_in({}), Code::SecretUnavailable);
}

TEST_CASE("answers that are none of Vault's are secret_unavailable", "[secrets][vault]") {
  VaultRig<> rig({});
  REQUIRE(rig.get_key());
  const std::vector<fakes::Answer> answers = {
      fakes::answer(200, "<html>canary</html>", "text/html"),
      fakes::answer(200, ""),
      fakes::answer(200, "[\"canary\"]"),
      fakes::answer(200, R"({"data":{"data":"canary","metadata":{"version":1}}})"),
      fakes::answer(200, R"({"data":{"private_key":"canary"}})"),
      fakes::answer(200, R"({"data":{"data":{"private_key":"canary"},"metadata":{"version":-1}}})"),
      fakes::answer(302, "", "text/html", {"Location: http://127.0.0.1:1/canary"}),
      fakes::answer(307, "", "text/html", {"Location: http://127.0.0.1:1/canary"}),
      fakes::answer(429, R"({"errors":["canary"]})"),
      fakes::answer(472, "{}"),
      fakes::answer(500, R"({"errors":["1 error occurred:\n\t* canary\n\n"]})"),
      fakes::answer(503, "canary"),
      fakes::answer(200, "{\"data\":{\"private_key\":\"" + std::string(2'000'000, 'x') + "\"}}"),
      fakes::raw("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"canary", fakes::Then::Close),
      fakes::raw("canary\r\n\r\n", fakes::Then::Reset)};
  for (const fakes::Answer& answer : answers) {
    INFO(answer.pieces.front().substr(0, 200));
    rig.server.answer_with(answer);
    check_error(rig.get_key(), Code::SecretUnavailable, "vault:smarteros/ssh/deploy");
  }

  rig.server.answer_with(std::nullopt);
  CHECK(rig.get_key());
}

TEST_CASE("a Vault that nobody answers for is secret_unavailable", "[secrets][vault]") {
  const SystemClock clock;
  const SecretSources sources;
  const VaultOptions options{.address = *BaseUrl::parse("http://127.0.0.1:1"),
                             .auth = VaultToken{{.kind = SecretRef::Kind::Env, .name = "HOME"}},
                             .user_agent = "tier0/test"};
  VaultClient client(options, sources, clock);

  check_error(client.log_in({}), Code::SecretUnavailable, "cannot be reached");
}

TEST_CASE("a Vault that says nothing is given up after the request's own time",
          "[secrets][vault]") {
  VaultRig<SystemClock> rig({.timeout = 100ms});
  rig.server.hang();

  check_error(rig.get_key(), Code::SecretUnavailable, "in time");
}

TEST_CASE("a read of a slow Vault ends with the call's deadline", "[secrets][vault]") {
  VaultRig<SystemClock> rig({});
  rig.server.hang();

  check_error(rig.get_key({.deadline = rig.clock.now() + 100ms}), Code::Timeout);
}

TEST_CASE("a read of a slow Vault ends with a stop", "[secrets][vault]") {
  VaultRig<SystemClock> rig({});
  rig.server.hang();
  std::stop_source stop;
  std::jthread stopper([&] {
    rig.server.wait_for_requests(1);
    stop.request_stop();
  });

  check_error(rig.get_key({.stop = stop.get_token()}), Code::Cancelled);
}

TEST_CASE("the state of Vault is known without a login, sealed or not", "[secrets][vault]") {
  VaultRig<> rig({.in_namespace = "team-a"});
  rig.server.seal(true);

  const auto state = rig.client.state({});

  REQUIRE(state);
  CHECK(state->sealed);
  CHECK(state->initialised);
  CHECK(state->version == "1.15.6");
  CHECK(rig.server.live_tokens() == 1);
}

}  // namespace tier0
