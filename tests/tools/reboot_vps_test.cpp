#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

namespace {

constexpr const char* kBootId = "/proc/sys/kernel/random/boot_id";

}  // namespace

TEST_CASE("reboot-vps restarts a VPS and proves it by a login", "[tools][reboot-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.configure_host(shop, "shop");

  const auto rebooted = run.call("reboot-vps", {{"vps", shop.value}});

  REQUIRE(rebooted);
  CHECK(rebooted->changed == true);
  CHECK(rebooted->data["way"] == "hard");
  CHECK(rebooted->evidence[0]["result"] == "ok");
  CHECK(run.hosting.calls("restart_vps").size() == 1);
}

TEST_CASE("reboot-vps starts a stopped VPS and says so in its plan", "[tools][reboot-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net", VpsState::Stopped);

  const auto planned = run.plan("reboot-vps", {{"vps", shop.value}});
  CHECK(run.hosting.writes().empty());
  const auto rebooted = run.call("reboot-vps", {{"vps", shop.value}});

  REQUIRE((planned && rebooted));
  CHECK(planned->effects[0].get<std::string>().find("starts it") != std::string::npos);
  CHECK(run.hosting.machine(shop).vps.state == VpsState::Running);
}

TEST_CASE("reboot-vps refuses a second restart within two minutes unless forced",
          "[tools][reboot-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  REQUIRE(run.call("reboot-vps", {{"vps", shop.value}}));

  CHECK(run.call("reboot-vps", {{"vps", shop.value}}).error().code == Code::Conflict);
  CHECK(run.call("reboot-vps", {{"vps", shop.value}, {"force", true}}));
}

TEST_CASE("reboot-vps asks the system itself where graceful is wanted", "[tools][reboot-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.configure_host(shop, "shop");
  run.ssh.answer("shop", {"sudo", "-n", "systemctl", "reboot"}, "");
  run.ssh.put_file("shop", kBootId, "before\n");
  run.clock.on_wait = [&run] { run.ssh.put_file("shop", kBootId, "after\n"); };

  const auto rebooted = run.call("reboot-vps", {{"vps", shop.value}, {"mode", "graceful"}});

  REQUIRE(rebooted);
  CHECK(rebooted->data["way"] == "graceful");
  CHECK(rebooted->evidence[0]["check"] == "boot id");
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("reboot-vps lets the provider restart what cannot be asked", "[tools][reboot-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.configure_host(shop, "shop");
  run.ssh.answer("shop", {"sudo", "-n", "systemctl", "reboot"}, "", 1);

  const auto rebooted = run.call("reboot-vps", {{"vps", shop.value}, {"mode", "graceful"}});

  REQUIRE(rebooted);
  CHECK(rebooted->data["way"] == "hard");
  CHECK(run.hosting.calls("restart_vps").size() == 1);
  CHECK(rebooted->warnings.size() == 1);
}

TEST_CASE("reboot-vps whose system was asked and does not boot anew is unknown",
          "[tools][reboot-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.configure_host(shop, "shop");
  run.ssh.answer("shop", {"sudo", "-n", "systemctl", "reboot"}, "");
  run.ssh.put_file("shop", kBootId, "same\n");

  const auto rebooted = run.call("reboot-vps", {{"vps", shop.value}, {"mode", "graceful"}});

  REQUIRE(!rebooted);
  CHECK(rebooted.error().code == Code::TimeoutUnknown);
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("reboot-vps says when nobody can log in after it", "[tools][reboot-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.configure_host(shop, "shop");
  run.ssh.fail_host("shop", Code::SshUnreachable);

  const auto rebooted = run.call("reboot-vps", {{"vps", shop.value}});

  REQUIRE(rebooted);
  CHECK(rebooted->evidence[0]["result"] == "ssh_unreachable");
  CHECK(rebooted->warnings.size() == 1);
}

TEST_CASE("reboot-vps refuses a VPS that cannot be rebooted, without a write",
          "[tools][reboot-vps]") {
  ToolRun run;
  for (const VpsState state : {VpsState::Suspended, VpsState::Recovery, VpsState::Initial}) {
    const VpsId vps = run.add_vps("vm.example.net", state);
    INFO(to_string(state));
    CHECK(run.call("reboot-vps", {{"vps", vps.value}}).error().code == Code::WrongState);
  }
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("reboot-vps reports a provider that refuses", "[tools][reboot-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.hosting.fail_next("restart_vps", Code::RateLimited);

  CHECK(run.call("reboot-vps", {{"vps", shop.value}}).error().code == Code::RateLimited);
}
