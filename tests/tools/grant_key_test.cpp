#include <catch2/catch.hpp>

#include "tests/tools/key_fleet.h"

using namespace tier0;

namespace {

/// A well-formed Ed25519 key of 32 zero bytes.
constexpr const char* kAna =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ana@laptop";

Json grant_args(const KeyFleet& at, const std::string& key = kAna) {
  return {{"vps", at.ids()}, {"name", "person-ana"}, {"public_key", key}};
}

}  // namespace

TEST_CASE("grant-key puts a named and restricted key on every host", "[tools][grant-key]") {
  KeyFleet at;
  Json args = grant_args(at);
  args["from"] = {"203.0.113.0/24"};
  args["command"] = "/usr/local/bin/deploy";

  const auto granted = at.run.call("grant-key", args);

  REQUIRE(granted);
  CHECK(granted->changed == true);
  for (const char* host : {"web-1", "web-2"}) {
    CHECK(at.keys_on(host).find("restrict,command=\"/usr/local/bin/deploy\","
                                "from=\"203.0.113.0/24\" ssh-ed25519 ") != std::string::npos);
    CHECK(at.keys_on(host).find("smarteros:person-ana:") != std::string::npos);
    CHECK(at.keys_on(host).find(at.foreign + "\n" + at.current.line) != std::string::npos);
  }
}

TEST_CASE("grant-key does nothing where the key is there already", "[tools][grant-key]") {
  KeyFleet at;
  REQUIRE(at.run.call("grant-key", grant_args(at)));
  const std::size_t writes = at.run.ssh.files_written().size();
  at.run.clock.advance(std::chrono::hours(24 * 40));

  const auto again = at.run.call("grant-key", grant_args(at));

  REQUIRE(again);
  CHECK(again->changed == false);
  CHECK(at.run.ssh.files_written().size() == writes);
}

TEST_CASE("grant-key with dry_run writes nothing", "[tools][grant-key]") {
  KeyFleet at;
  Json args = grant_args(at);
  args["dry_run"] = true;

  const auto planned = at.run.call("grant-key", args);

  REQUIRE(planned);
  CHECK(planned->data["effects"].size() == 2);
  CHECK(at.run.ssh.files_written().empty());
}

TEST_CASE("grant-key refuses what is no plain public key and never repeats it",
          "[tools][grant-key]") {
  KeyFleet at;
  for (const std::string& key :
       {std::string("-----BEGIN OPENSSH PRIVATE KEY-----"), std::string("hello"),
        std::string("ssh-dss AAAAB3NzaC1kc3MAAAAA x"), std::string(kAna) + "\nssh-ed25519 AAAA x",
        "command=\"/bin/sh\" " + std::string(kAna), std::string("ssh-ed25519 AAAAnonsense= x"),
        std::string("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQE= x")}) {
    const auto granted = at.run.call("grant-key", grant_args(at, key));
    INFO(key);
    REQUIRE(!granted);
    CHECK(granted.error().code == Code::Validation);
    CHECK(granted.error().message.find("BEGIN") == std::string::npos);
  }
  CHECK(at.run.ssh.files_written().empty());
}

TEST_CASE("grant-key refuses a command or an address that would break out of its quotes",
          "[tools][grant-key]") {
  KeyFleet at;
  Json command = grant_args(at);
  command["command"] = "/bin/x\",from=\"*";
  Json from = grant_args(at);
  from["from"] = {"*"};

  CHECK(at.run.call("grant-key", command).error().code == Code::Validation);
  CHECK(at.run.call("grant-key", from).error().code == Code::Validation);
}

TEST_CASE("grant-key leaves a foreign line with the same key alone", "[tools][grant-key]") {
  KeyFleet at;
  at.put_keys("web-1", std::string(kAna) + "\n" + at.current.line + "\n");

  CHECK(at.run.call("grant-key", grant_args(at)).error().code == Code::Conflict);
  CHECK(at.run.ssh.files_written().empty());
}

TEST_CASE("grant-key never takes the name of this server's own key", "[tools][grant-key]") {
  KeyFleet at;
  Json args = grant_args(at);
  args["name"] = "deploy";

  CHECK(at.run.call("grant-key", args).error().code == Code::Validation);
}

TEST_CASE("grant-key that reaches some hosts only is partial", "[tools][grant-key]") {
  KeyFleet at;
  at.run.clock.on_wait = [&at] { at.run.ssh.fail_host("web-2", Code::SshUnreachable); };

  const auto granted = at.run.call("grant-key", grant_args(at));

  REQUIRE(!granted);
  CHECK(granted.error().code == Code::Partial);
  CHECK(granted.error().message.find("web-2") != std::string::npos);
}

TEST_CASE("grant-key goes on after its process died", "[tools][grant-key]") {
  KeyFleet at;

  CHECK(at.run.call_dying("grant-key", grant_args(at), "add-key", ToolRun::Dies::After));
  CHECK(at.run.ssh.files_written().size() == 2);
}
