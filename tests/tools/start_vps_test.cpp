#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

TEST_CASE("start-vps starts a stopped VPS and proves it by a login", "[tools][start-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net", VpsState::Stopped);
  run.configure_host(shop, "shop");
  run.ssh.answer("shop", {"true"}, "");

  const auto started = run.call("start-vps", {{"vps", shop.value}});

  REQUIRE(started);
  CHECK(started->changed == true);
  CHECK(started->data["state"] == "running");
  CHECK(run.hosting.calls("start_vps").size() == 1);
  REQUIRE(started->evidence.size() == 2);
  CHECK(started->evidence[0]["result"] == "ok");
  CHECK(started->evidence[1]["result"] == "running");
}

TEST_CASE("start-vps does nothing to a VPS that runs", "[tools][start-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");

  const auto started = run.call("start-vps", {{"vps", shop.value}});

  REQUIRE(started);
  CHECK(started->changed == false);
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("start-vps with dry_run says what it would do and does not", "[tools][start-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net", VpsState::Stopped);

  const auto planned = run.call("start-vps", {{"vps", shop.value}, {"dry_run", true}});

  REQUIRE(planned);
  CHECK(planned->changed == false);
  CHECK(planned->data["effects"].size() == 1);
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("start-vps refuses a VPS that cannot be started, without a write", "[tools][start-vps]") {
  ToolRun run;
  for (const VpsState state :
       {VpsState::Suspended, VpsState::Recovery, VpsState::Initial, VpsState::Error}) {
    const VpsId vps = run.add_vps("vm.example.net", state);
    INFO(to_string(state));
    CHECK(run.call("start-vps", {{"vps", vps.value}}).error().code == Code::WrongState);
  }
  const VpsId busy = run.add_vps("busy.example.net", VpsState::Restoring);
  CHECK(run.call("start-vps", {{"vps", busy.value}}).error().code == Code::Locked);
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("start-vps whose answer is lost finds its action and goes on", "[tools][start-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net", VpsState::Stopped);
  run.hosting.lose_answer_of("start_vps");

  const auto started = run.call("start-vps", {{"vps", shop.value}});

  REQUIRE(started);
  CHECK(started->data["state"] == "running");
  CHECK(run.hosting.calls("start_vps").size() == 1);
}

TEST_CASE("start-vps whose answer and effect are lost is unknown and never sent again",
          "[tools][start-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net", VpsState::Stopped);
  run.hosting.fail_next("start_vps", Code::TimeoutUnknown);

  const auto started = run.call("start-vps", {{"vps", shop.value}});

  REQUIRE(!started);
  CHECK(started.error().code == Code::TimeoutUnknown);
  CHECK(run.hosting.calls("start_vps").size() == 1);
}

TEST_CASE("start-vps reports a refused start as what it is", "[tools][start-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net", VpsState::Stopped);
  run.hosting.fail_next("start_vps", Code::Forbidden);

  CHECK(run.call("start-vps", {{"vps", shop.value}}).error().code == Code::Forbidden);
}

TEST_CASE("start-vps survives a read that fails while it waits", "[tools][start-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net", VpsState::Stopped);
  run.hosting.fail_next("get_action", Code::Upstream);

  CHECK(run.call("start-vps", {{"vps", shop.value}}));
}

TEST_CASE("start-vps warns when it runs but no login works", "[tools][start-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net", VpsState::Stopped);
  run.configure_host(shop, "shop");
  run.ssh.fail_host("shop", Code::SshUnreachable);

  const auto started = run.call("start-vps", {{"vps", shop.value}});

  REQUIRE(started);
  CHECK(started->changed == true);
  REQUIRE(started->warnings.size() == 1);
  CHECK(started->warnings[0].find("login failed") != std::string::npos);
}
