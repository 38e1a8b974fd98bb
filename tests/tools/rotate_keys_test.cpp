#include <catch2/catch.hpp>

#include "tests/tools/key_fleet.h"

using namespace tier0;

namespace {

Result<ToolOutput> rotate(KeyFleet& at) {
  return at.run.call("rotate-keys", Json::object());
}

const KeyInventory& deploy_keys(KeyFleet& at) {
  return at.run.keys.scopes["deploy"];
}

bool opens(const KeyFleet& at, const char* host, const SshPublicKey& key) {
  return at.keys_on(host).find(key.line) != std::string::npos;
}

}  // namespace

TEST_CASE("rotate-keys commits a new key that opens every host", "[tools][rotate-keys]") {
  KeyFleet at;

  const auto rotated = rotate(at);

  REQUIRE(rotated);
  CHECK(deploy_keys(at).current->line != at.current.line);
  CHECK(deploy_keys(at).previous->line == at.current.line);
  for (const char* host : {"web-1", "web-2"}) CHECK(opens(at, host, *deploy_keys(at).current));
  CHECK(rotated->data["hosts"][0]["login"] == "ok");
  CHECK(rotated->summary.ends_with("proven on 2 hosts"));
  CHECK(rotated->data["comment"].get<std::string>().starts_with("smarteros:deploy:"));
}

TEST_CASE("rotate-keys plans without making a key", "[tools][rotate-keys]") {
  KeyFleet at;

  const auto planned = at.run.plan("rotate-keys", Json::object());

  REQUIRE(planned);
  CHECK(planned->leases.back() == "keys:deploy");
  CHECK(planned->lost.empty());
  CHECK(deploy_keys(at).version == "1");
  CHECK(at.run.ssh.files_written().empty());
  CHECK(at.run.hosting.writes().empty());
}

TEST_CASE("rotate-keys never shows a private key or keeps one in its state",
          "[tools][rotate-keys]") {
  KeyFleet at;

  const auto rotated = rotate(at);

  REQUIRE(rotated);
  CHECK(dump_json(rotated->data).find("PRIVATE") == std::string::npos);
}

TEST_CASE("rotate-keys keeps two keys of its scope and every foreign one", "[tools][rotate-keys]") {
  KeyFleet at;
  const SshPublicKey ancient = at.run.keys.make_key("smarteros:deploy:2026-08:1");
  const SshPublicKey tenant = at.run.keys.make_key("smarteros:tenant-acme:2026-01:1");
  at.put_keys("web-1", at.foreign + "\n" + ancient.line + "\n" + tenant.line + "\n" +
                           at.current.line + "\n");

  REQUIRE(rotate(at));

  CHECK_FALSE(opens(at, "web-1", ancient));
  CHECK(opens(at, "web-1", at.current));
  CHECK(opens(at, "web-1", tenant));
  CHECK(at.keys_on("web-1").find(at.foreign) != std::string::npos);
}

TEST_CASE("rotate-keys registers the new key and forgets old ones of its scope",
          "[tools][rotate-keys]") {
  KeyFleet at;
  const SshPublicKey ancient = at.run.keys.make_key("smarteros:deploy:2026-08:1");
  at.run.hosting.add_key(ancient.comment, ancient.line);
  at.run.hosting.add_key(at.current.comment, at.current.line);
  at.run.hosting.add_key("ana", at.foreign);

  REQUIRE(rotate(at));

  const auto keys = at.run.hosting.world().keys;
  REQUIRE(keys.size() == 3);
  for (const PublicKey& key : keys) CHECK(key.key != ancient.line);
}

TEST_CASE("rotate-keys with one host that fails neither commits nor prunes",
          "[tools][rotate-keys]") {
  KeyFleet at;
  const SshPublicKey ancient = at.run.keys.make_key("smarteros:deploy:2026-08:1");
  at.put_keys("web-1", ancient.line + "\n" + at.current.line + "\n");
  at.run.clock.on_wait = [&at] { at.run.ssh.fail_host("web-2", Code::SshUnreachable); };

  const auto rotated = rotate(at);

  REQUIRE(!rotated);
  CHECK(rotated.error().code != Code::Internal);
  CHECK(rotated.error().message.find("web-2") != std::string::npos);
  CHECK(deploy_keys(at).current->line == at.current.line);
  CHECK(at.keys_on("web-1") == ancient.line + "\n" + at.current.line + "\n");
}

TEST_CASE("rotate-keys that failed leaves nothing staged, and can be called again",
          "[tools][rotate-keys]") {
  KeyFleet at;
  at.run.clock.on_wait = [&at] { at.run.ssh.fail_host("web-2", Code::SshUnreachable); };
  REQUIRE(!rotate(at));
  CHECK_FALSE(deploy_keys(at).staged);
  at.run.clock.on_wait = nullptr;
  at.run.ssh.add_host("web-2");

  CHECK(rotate(at));
}

TEST_CASE("rotate-keys goes on with a key that is staged already", "[tools][rotate-keys]") {
  KeyFleet at;
  const SshPublicKey staged = at.run.keys.make_key("smarteros:deploy:2026-11:4");
  at.run.keys.scopes["deploy"].staged = staged;

  const auto rotated = rotate(at);

  REQUIRE(rotated);
  CHECK(deploy_keys(at).current->line == staged.line);
  CHECK(rotated->warnings.size() == 1);
}

TEST_CASE("rotate-keys does not commit a key that a host does not take", "[tools][rotate-keys]") {
  KeyFleet at;
  bool broken = false;
  at.run.clock.on_wait = [&at, &broken] {
    // Something on web-2 puts the file back.
    if (at.keys_on("web-2").find("2026-11") != std::string::npos && !std::exchange(broken, true))
      at.run.ssh.fail_host("web-2", Code::SshAuth);
  };

  const auto rotated = rotate(at);

  REQUIRE(!rotated);
  CHECK(rotated.error().code == Code::Partial);
  CHECK(deploy_keys(at).current->line == at.current.line);
}

TEST_CASE("rotate-keys whose keys were changed meanwhile takes its own away again",
          "[tools][rotate-keys]") {
  KeyFleet at;
  at.run.clock.on_wait = [&at] {
    if (at.keys_on("web-2").find("2026-11") != std::string::npos)
      at.run.keys.scopes["deploy"].version = "77";
  };

  const auto rotated = rotate(at);

  REQUIRE(!rotated);
  CHECK(rotated.error().code == Code::Conflict);
  CHECK(rotated.error().message.find("undone: install-key") != std::string::npos);
  CHECK(deploy_keys(at).current->line == at.current.line);
  CHECK_FALSE(deploy_keys(at).staged);
  for (const char* host : {"web-1", "web-2"})
    CHECK(at.keys_on(host) == at.foreign + "\n" + at.current.line + "\n");
}

TEST_CASE("rotate-keys refuses where keys cannot be written", "[tools][rotate-keys]") {
  KeyFleet at;
  at.run.keys.fail_next = Error{.code = Code::NotConfigured, .message = "read only", .hint = "x"};

  CHECK(rotate(at).error().code == Code::NotConfigured);
}

TEST_CASE("rotate-keys refuses without any configured host, and a VPS without one",
          "[tools][rotate-keys]") {
  ToolRun bare;
  const VpsId vps = bare.add_vps("vm.example.net");
  CHECK(bare.call("rotate-keys", Json::object()).error().code == Code::NotConfigured);

  KeyFleet at;
  const VpsId naked = at.run.add_vps("naked.example.net");
  CHECK(at.run.call("rotate-keys", {{"vps", Json::array({naked.value})}}).error().code ==
        Code::NotConfigured);
  CHECK(deploy_keys(at).version == "1");
}

TEST_CASE("rotate-keys refuses in its plan where a host is away", "[tools][rotate-keys]") {
  KeyFleet at;
  at.run.ssh.fail_host("web-2", Code::SshUnreachable);

  const auto planned = at.run.plan("rotate-keys", Json::object());

  REQUIRE(!planned);
  CHECK(planned.error().code == Code::SshUnreachable);
  CHECK(planned.error().hint.find("web-2") != std::string::npos);
}

TEST_CASE("rotate-keys for some hosts says which others it locks this server out of",
          "[tools][rotate-keys]") {
  KeyFleet at;

  const auto planned = at.run.plan("rotate-keys", {{"vps", Json::array({at.first.value})}});

  REQUIRE(planned);
  REQUIRE(planned->lost.size() == 1);
  CHECK(planned->lost[0].get<std::string>().find("web-2") != std::string::npos);
}

TEST_CASE("rotate-keys does not write over what another program wrote", "[tools][rotate-keys]") {
  KeyFleet at;
  at.run.ssh.fail_next_write(Code::Conflict);

  CHECK(rotate(at));
  for (const char* host : {"web-1", "web-2"})
    CHECK(at.keys_on(host).find(at.foreign) != std::string::npos);
}

TEST_CASE("rotate-keys repeats a commit whose answer was lost, and it happens once",
          "[tools][rotate-keys]") {
  KeyFleet at;
  at.run.clock.on_wait = [&at] {
    if (at.run.keys.scopes["deploy"].staged && at.run.keys.scopes["deploy"].version == "2")
      at.run.keys.loses_answers = true;
  };

  REQUIRE(rotate(at));

  CHECK(deploy_keys(at).previous->line == at.current.line);
}

TEST_CASE("rotate-keys goes on after its process died at any step", "[tools][rotate-keys]") {
  for (const std::string& step : ToolRun::steps_of("rotate-keys"))
    for (const auto when : {ToolRun::Dies::Before, ToolRun::Dies::After}) {
      INFO(step);
      KeyFleet at;
      CHECK(at.run.call_dying("rotate-keys", Json::object(), step, when));
      CHECK(deploy_keys(at).previous->line == at.current.line);
      for (const char* host : {"web-1", "web-2"}) CHECK(opens(at, host, *deploy_keys(at).current));
    }
}

TEST_CASE("rotate-keys leaves out a host that is off, and says that it lags",
          "[tools][rotate-keys]") {
  KeyFleet at;
  at.run.hosting.change([&](FakeWorld& w) { w.machines[at.second].vps.state = VpsState::Stopped; });
  at.run.ssh.fail_host("web-2", Code::SshUnreachable);

  const auto planned = at.run.plan("rotate-keys", Json::object());
  const auto rotated = rotate(at);

  REQUIRE((planned && rotated));
  REQUIRE(planned->lost.size() == 1);
  CHECK(planned->lost[0].get<std::string>().find("web-2") != std::string::npos);
  CHECK(rotated->data["lagging"][0]["host"] == "web-2");
  CHECK(rotated->data["hosts"].size() == 1);
  CHECK(opens(at, "web-1", *deploy_keys(at).current));
  CHECK_FALSE(opens(at, "web-2", *deploy_keys(at).current));
}

TEST_CASE("rotate-keys mends a host that missed the last rotation with the key before",
          "[tools][rotate-keys]") {
  KeyFleet at;
  at.run.hosting.change([&](FakeWorld& w) { w.machines[at.second].vps.state = VpsState::Stopped; });
  REQUIRE(rotate(at));
  at.run.hosting.change([&](FakeWorld& w) { w.machines[at.second].vps.state = VpsState::Running; });
  at.run.ssh.drop_connections("web-2");

  const auto again = rotate(at);

  REQUIRE(again);
  CHECK(again->warnings.size() == 1);
  CHECK(again->data["lagging"].empty());
  for (const char* host : {"web-1", "web-2"}) CHECK(opens(at, host, *deploy_keys(at).current));
}

TEST_CASE("rotate-keys refuses where every host is off", "[tools][rotate-keys]") {
  KeyFleet at;
  for (const VpsId& vps : {at.first, at.second})
    at.run.hosting.change([&](FakeWorld& w) { w.machines[vps].vps.state = VpsState::Stopped; });

  CHECK(rotate(at).error().code == Code::WrongState);
  CHECK(deploy_keys(at).version == "1");
}

TEST_CASE("rotate-keys whose store seals before the commit takes the new key off again",
          "[tools][rotate-keys]") {
  KeyFleet at;
  at.run.clock.on_wait = [&at] {
    if (at.keys_on("web-2").find("2026-11") != std::string::npos && !at.run.keys.fail_next)
      at.run.keys.fail_next =
          Error{.code = Code::SecretUnavailable, .message = "the vault is sealed", .hint = "x"};
  };

  const auto rotated = rotate(at);

  REQUIRE(!rotated);
  CHECK(rotated.error().message.find("sealed") != std::string::npos);
  CHECK(deploy_keys(at).current->line == at.current.line);
  for (const char* host : {"web-1", "web-2"})
    CHECK(at.keys_on(host) == at.foreign + "\n" + at.current.line + "\n");
}
