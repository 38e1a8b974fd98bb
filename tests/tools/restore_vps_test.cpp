#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

namespace {

constexpr const char* kOld =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOldKey00001 smarteros:deploy:2026-09:1";
constexpr const char* kNow =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINowKey00001 smarteros:deploy:2026-11:1";
constexpr const char* kForeign = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIForeign0001 ana@laptop";
constexpr const char* kKeysPath = ".ssh/authorized_keys";

/// A VPS with a backup of yesterday and an SSH host.
struct BackedUpShop {
  BackedUpShop() {
    run.configure_host(shop, "shop");
    run.ssh.answer("shop", {"true"}, "");
    run.ssh.put_file("shop", kKeysPath, std::string(kForeign) + "\n" + kNow + "\n");
    run.keys.scopes["deploy"] = {.version = "1",
                                 .current = SshPublicKey{.line = kNow, .fingerprint = "SHA256:now"},
                                 .staged = {},
                                 .previous = {}};
  }
  Json args() const { return {{"vps", shop.value}, {"backup_id", "provider:" + backup.value}}; }
  Result<ToolOutput> call() { return run.call("restore-vps", args()); }
  std::string keys() const { return run.ssh.file("shop", kKeysPath).value_or(""); }
  /// What the restored disk holds.
  void restore_brings(const std::string& keys) {
    run.hosting.set_actions_end(ActionsEnd::WhenTold);
    run.clock.on_wait = [this, keys] {
      if (std::exchange(restored, true)) return;
      run.hosting.finish_actions();
      run.ssh.put_file("shop", kKeysPath, keys);
    };
  }

  ToolRun run;
  bool restored = false;
  VpsId shop = run.add_vps("shop.example.net");
  BackupId backup =
      run.hosting.add_backup(shop, {.id = {},
                                    .restore_time = std::chrono::minutes(30),
                                    .created_at = run.clock.wall() - std::chrono::hours(20)});
};

}  // namespace

TEST_CASE("restore-vps restores from the named backup and proves a login", "[tools][restore-vps]") {
  BackedUpShop at;

  const auto restored = at.call();

  REQUIRE(restored);
  CHECK(at.run.hosting.calls("restore_backup") ==
        std::vector<HostingCall>{{"restore_backup", {at.shop.value, at.backup.value}}});
  CHECK(restored->changed == true);
  CHECK(restored->data["state"] == "running");
  CHECK(restored->evidence.size() == 3);
}

TEST_CASE("restore-vps says in its plan what is lost, and changes nothing",
          "[tools][restore-vps]") {
  BackedUpShop at;
  at.run.hosting.add_snapshot(at.shop, {.id = "9", .created_at = at.run.clock.wall()});

  const auto planned = at.run.plan("restore-vps", at.args());

  REQUIRE(planned);
  REQUIRE(planned->lost.size() == 2);
  CHECK(planned->lost[0].get<std::string>().find("20 h ago") != std::string::npos);
  CHECK(planned->lost[1].get<std::string>().find("snapshot") != std::string::npos);
  CHECK(planned->rollback.empty());
  CHECK(planned->duration == std::chrono::minutes(30));
  CHECK(at.run.hosting.writes().empty());
}

TEST_CASE("restore-vps observes the snapshot, so that a new one makes its plan stale",
          "[tools][restore-vps]") {
  BackedUpShop at;
  const auto before = at.run.plan("restore-vps", at.args());
  at.run.hosting.add_snapshot(at.shop, {.id = "9", .created_at = at.run.clock.wall()});

  const auto after = at.run.plan("restore-vps", at.args());

  REQUIRE((before && after));
  CHECK(before->observed != after->observed);
}

TEST_CASE("restore-vps restores the snapshot, and finds the VPS in its id",
          "[tools][restore-vps]") {
  BackedUpShop at;
  at.run.hosting.add_snapshot(at.shop, {.id = "9", .created_at = at.run.clock.wall()});

  const auto restored = at.run.call("restore-vps", {{"backup_id", "snapshot:" + at.shop.value}});

  REQUIRE(restored);
  CHECK(at.run.hosting.calls("restore_snapshot").size() == 1);
}

TEST_CASE("restore-vps finds the VPS of a provider backup", "[tools][restore-vps]") {
  BackedUpShop at;
  at.run.add_vps("other.example.net");

  const auto restored = at.run.call("restore-vps", {{"backup_id", "provider:" + at.backup.value}});

  REQUIRE(restored);
  CHECK(restored->data["vps"] == at.shop.value);
}

TEST_CASE("restore-vps finds nothing in a VPS that the caller may not see",
          "[tools][restore-vps]") {
  BackedUpShop at;
  at.run.hosting.add_snapshot(at.shop, {.id = "9"});
  at.run.limit_to({"1"});

  for (const std::string& id : {"provider:" + at.backup.value, "snapshot:" + at.shop.value}) {
    INFO(id);
    CHECK(at.run.call("restore-vps", {{"backup_id", id}}).error().code == Code::NotFound);
  }
}

TEST_CASE("restore-vps refuses what is no backup of this VPS", "[tools][restore-vps]") {
  BackedUpShop at;
  const auto code = [&at](const std::string& id) {
    return at.run.call("restore-vps", {{"vps", at.shop.value}, {"backup_id", id}}).error().code;
  };

  CHECK(code("provider:999999") == Code::NotFound);
  CHECK(code("snapshot:" + at.shop.value) == Code::NotFound);
  CHECK(code("snapshot:1") == Code::Validation);
  CHECK(code("restic:ab12") == Code::NotConfigured);
  CHECK(code("monday") == Code::Validation);
  CHECK(at.run.hosting.writes().empty());
}

TEST_CASE("restore-vps refuses a VPS that cannot be restored", "[tools][restore-vps]") {
  BackedUpShop at;
  for (const VpsState state : {VpsState::Suspended, VpsState::Recovery, VpsState::Initial}) {
    at.run.hosting.change([&](FakeWorld& w) { w.machines[at.shop].vps.state = state; });
    INFO(to_string(state));
    CHECK(at.call().error().code == Code::WrongState);
  }
  at.run.hosting.change([&](FakeWorld& w) { w.machines[at.shop].vps.is_locked = true; });
  CHECK(at.call().error().code == Code::Locked);
}

TEST_CASE("restore-vps takes retired keys off the restored disk and puts the new one on",
          "[tools][restore-vps]") {
  BackedUpShop at;
  at.restore_brings(std::string(kForeign) + "\n" + kOld + "\n");

  const auto restored = at.call();

  REQUIRE(restored);
  CHECK(at.keys() == std::string(kForeign) + "\n" + kNow + "\n");
  CHECK(restored->evidence[1]["result"] == "reconciled");
}

TEST_CASE("restore-vps says when nobody can log in to mend the keys", "[tools][restore-vps]") {
  BackedUpShop at;
  at.restore_brings(std::string(kOld) + "\n");
  at.run.ssh.check_logins([](KeyUse) -> Result<std::string> { return std::string(kNow); });
  at.run.ssh.put_file("shop", FakeSsh::kAuthorizedKeys, std::string(kNow) + "\n");
  const auto planned = at.run.plan("restore-vps", at.args());
  REQUIRE(planned);

  at.run.ssh.put_file("shop", FakeSsh::kAuthorizedKeys, std::string(kOld) + "\n");
  at.run.ssh.drop_connections("shop");
  const auto restored = at.call();

  REQUIRE(restored);
  CHECK(restored->evidence[1]["result"] == "not reconciled");
  CHECK(restored->evidence[2]["result"] == "ssh_auth");
  CHECK(restored->next.size() == 1);
  CHECK(at.run.ssh.files_written().empty());
}

TEST_CASE("restore-vps puts a firewall back that the restore took off", "[tools][restore-vps]") {
  BackedUpShop at;
  const FirewallId firewall = at.run.hosting.add_firewall("web", {{"TCP", "22"}});
  at.run.hosting.change([&](FakeWorld& w) { w.machines[at.shop].vps.firewall = firewall; });
  at.run.hosting.set_actions_end(ActionsEnd::WhenTold);
  at.run.clock.on_wait = [&at] {
    at.run.hosting.finish_actions();
    if (!std::exchange(at.restored, true))
      at.run.hosting.change([&](FakeWorld& w) { w.machines[at.shop].vps.firewall.reset(); });
  };

  const auto restored = at.call();

  REQUIRE(restored);
  CHECK(at.run.hosting.machine(at.shop).vps.firewall == firewall);
  CHECK(at.run.hosting.calls("activate_firewall").size() == 1);
}

TEST_CASE("restore-vps leaves a firewall alone that is still there", "[tools][restore-vps]") {
  BackedUpShop at;
  const FirewallId firewall = at.run.hosting.add_firewall("web", {{"TCP", "22"}});
  at.run.hosting.change([&](FakeWorld& w) { w.machines[at.shop].vps.firewall = firewall; });

  REQUIRE(at.call());

  CHECK(at.run.hosting.calls("activate_firewall").empty());
}

TEST_CASE("restore-vps whose action fails says what to try", "[tools][restore-vps]") {
  BackedUpShop at;
  at.run.hosting.set_actions_end(ActionsEnd::WhenTold);
  at.run.clock.on_wait = [&at] { at.run.hosting.finish_actions(ActionState::Error); };

  const auto restored = at.call();

  REQUIRE(!restored);
  CHECK(restored.error().code == Code::Partial);
  CHECK(restored.error().message.find("send-restore") != std::string::npos);
  CHECK(restored.error().hint.find("start-vps") != std::string::npos);
}

TEST_CASE("restore-vps waits three times as long as the provider expects", "[tools][restore-vps]") {
  BackedUpShop at;
  at.run.hosting.set_actions_end(ActionsEnd::WhenTold);
  const TimePoint began = at.run.clock.now();

  const auto restored = at.call();

  REQUIRE(!restored);
  CHECK(restored.error().code == Code::TimeoutUnknown);
  CHECK(at.run.clock.now() - began >= std::chrono::minutes(90));
  CHECK(at.run.hosting.calls("restore_backup").size() == 1);
}

TEST_CASE("restore-vps finds its action where the answer is lost", "[tools][restore-vps]") {
  BackedUpShop at;
  at.run.hosting.lose_answer_of("restore_backup");

  CHECK(at.call());
  CHECK(at.run.hosting.calls("restore_backup").size() == 1);
}

TEST_CASE("restore-vps is never sent twice by a process that died", "[tools][restore-vps]") {
  for (const std::string& step : ToolRun::steps_of("restore-vps"))
    for (const auto when : {ToolRun::Dies::Before, ToolRun::Dies::After}) {
      INFO(step);
      BackedUpShop at;
      CHECK(at.run.call_dying("restore-vps", at.args(), step, when));
      CHECK(at.run.hosting.calls("restore_backup").size() == 1);
    }
}

TEST_CASE("restore-vps restores a VPS without a host, and says what was not looked at",
          "[tools][restore-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  const BackupId backup = run.hosting.add_backup(shop, {});

  const auto restored =
      run.call("restore-vps", {{"vps", shop.value}, {"backup_id", "provider:" + backup.value}});

  REQUIRE(restored);
  CHECK(restored->evidence[1]["result"] == "not_configured");
}

TEST_CASE("restore-vps logs in with the key before where the disk does not know the new one",
          "[tools][restore-vps]") {
  BackedUpShop at;
  at.run.ssh.check_logins([](KeyUse use) -> Result<std::string> {
    return std::string(use == KeyUse::Previous ? kOld : kNow);
  });
  at.restore_brings(std::string(kForeign) + "\n" + kOld + "\n");

  const auto restored = at.call();

  REQUIRE(restored);
  CHECK(at.keys() == std::string(kForeign) + "\n" + kNow + "\n");
  CHECK(restored->evidence[1]["result"] == "reconciled");
  CHECK(restored->evidence[2]["result"] == "ok");
}

TEST_CASE("restore-vps of a VPS that was dead puts the key in use on it and removes none",
          "[tools][restore-vps]") {
  BackedUpShop at;
  at.run.ssh.fail_host("shop", Code::SshUnreachable);
  at.run.ssh.check_logins([](KeyUse use) -> Result<std::string> {
    return std::string(use == KeyUse::Previous ? kOld : kNow);
  });
  at.restore_brings(std::string(kOld) + "\n");
  at.run.clock.on_wait = [&at, restore = at.run.clock.on_wait] {
    restore();
    at.run.ssh.add_host("shop");
  };

  const auto restored = at.call();

  REQUIRE(restored);
  CHECK(at.keys() == std::string(kOld) + "\n" + kNow + "\n");
  CHECK(restored->warnings.size() == 3);
}
