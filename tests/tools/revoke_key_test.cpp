#include <catch2/catch.hpp>

#include "tests/tools/key_fleet.h"
#include "tools/authorized_keys_file.h"

using namespace tier0;

namespace {

/// A fleet on which a tenant's key lies, too.
struct TenantFleet : KeyFleet {
  TenantFleet() {
    for (const char* host : {"web-1", "web-2"})
      put_keys(host, foreign + "\n" + tenant.line + "\n" + current.line + "\n");
    run.hosting.add_key(tenant.comment, tenant.line);
  }
  Result<ToolOutput> revoke(const std::string& line) {
    return run.call("revoke-key", {{"fingerprint", tools::fingerprint_of_line(line)}});
  }

  SshPublicKey tenant = run.keys.make_key("smarteros:tenant-acme:2026-10:1");
};

}  // namespace

TEST_CASE("revoke-key takes a key off every host and out of the register", "[tools][revoke-key]") {
  TenantFleet at;

  const auto revoked = at.revoke(at.tenant.line);

  REQUIRE(revoked);
  for (const char* host : {"web-1", "web-2"})
    CHECK(at.keys_on(host) == at.foreign + "\n" + at.current.line + "\n");
  CHECK(at.run.hosting.world().keys.empty());
  CHECK(revoked->evidence.size() == 2);
}

TEST_CASE("revoke-key plans without a change", "[tools][revoke-key]") {
  TenantFleet at;

  const auto planned =
      at.run.plan("revoke-key", {{"fingerprint", tools::fingerprint_of_line(at.tenant.line)}});

  REQUIRE(planned);
  CHECK(planned->effects.size() == 3);
  CHECK(at.run.ssh.files_written().empty());
  CHECK(at.run.hosting.writes().empty());
}

TEST_CASE("revoke-key on some hosts leaves the register alone", "[tools][revoke-key]") {
  TenantFleet at;

  REQUIRE(at.run.call("revoke-key", {{"fingerprint", tools::fingerprint_of_line(at.tenant.line)},
                                     {"vps", Json::array({at.first.value})}}));

  CHECK(at.keys_on("web-1").find(at.tenant.line) == std::string::npos);
  CHECK(at.keys_on("web-2").find(at.tenant.line) != std::string::npos);
  CHECK(at.run.hosting.world().keys.size() == 1);
}

TEST_CASE("revoke-key refuses the key in use and a staged one", "[tools][revoke-key]") {
  TenantFleet at;
  const SshPublicKey staged = at.run.keys.make_key("smarteros:deploy:2026-11:1");
  at.run.keys.scopes["deploy"].staged = staged;

  CHECK(at.revoke(at.current.line).error().code == Code::Conflict);
  CHECK(at.revoke(staged.line).error().code == Code::Conflict);
  CHECK(at.run.ssh.files_written().empty());
}

TEST_CASE("revoke-key refuses where nobody knows which key is in use", "[tools][revoke-key]") {
  TenantFleet at;
  at.run.keys.fail_next = Error{.code = Code::SecretUnavailable, .message = "sealed", .hint = "x"};

  CHECK(at.revoke(at.tenant.line).error().code == Code::SecretUnavailable);
}

TEST_CASE("revoke-key never touches a foreign key", "[tools][revoke-key]") {
  TenantFleet at;

  CHECK(at.revoke(at.foreign).error().code == Code::Forbidden);
  CHECK(at.run.ssh.files_written().empty());
}

TEST_CASE("revoke-key refuses the last key of a host", "[tools][revoke-key]") {
  TenantFleet at;
  at.run.ssh.check_logins({});
  at.put_keys("web-2", at.tenant.line + "\n");

  const auto revoked = at.revoke(at.tenant.line);

  REQUIRE(!revoked);
  CHECK(revoked.error().code == Code::WrongState);
  CHECK(at.run.ssh.files_written().empty());
}

TEST_CASE("revoke-key of a key that is nowhere changes nothing", "[tools][revoke-key]") {
  TenantFleet at;

  const auto revoked = at.revoke(at.run.keys.make_key("smarteros:x:2026-01:1").line);

  REQUIRE(revoked);
  CHECK(revoked->changed == false);
}

TEST_CASE("revoke-key that reaches some hosts only says which the key still opens",
          "[tools][revoke-key]") {
  TenantFleet at;
  at.run.clock.on_wait = [&at] { at.run.ssh.fail_host("web-2", Code::SshUnreachable); };

  const auto revoked = at.revoke(at.tenant.line);

  REQUIRE(!revoked);
  CHECK(revoked.error().code == Code::Partial);
  CHECK(revoked.error().message.find("web-2") != std::string::npos);
}

TEST_CASE("revoke-key goes on after its process died at any step", "[tools][revoke-key]") {
  for (const std::string& step : ToolRun::steps_of("revoke-key")) {
    INFO(step);
    TenantFleet at;
    CHECK(at.run.call_dying("revoke-key",
                            {{"fingerprint", tools::fingerprint_of_line(at.tenant.line)}}, step,
                            ToolRun::Dies::After));
    CHECK(at.keys_on("web-1").find(at.tenant.line) == std::string::npos);
    CHECK(at.run.hosting.world().keys.empty());
  }
}
