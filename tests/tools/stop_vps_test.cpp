#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

TEST_CASE("stop-vps stops a running VPS and says that charges go on", "[tools][stop-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");

  const auto stopped = run.call("stop-vps", {{"vps", shop.value}});

  REQUIRE(stopped);
  CHECK(stopped->changed == true);
  CHECK(stopped->data["state"] == "stopped");
  CHECK(stopped->summary.find("charges go on") != std::string::npos);
  CHECK(run.hosting.machine(shop).vps.state == VpsState::Stopped);
}

TEST_CASE("stop-vps plans what it would do and changes nothing", "[tools][stop-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");

  const auto planned = run.plan("stop-vps", {{"vps", shop.value}});

  REQUIRE(planned);
  CHECK(planned->effects.size() == 2);
  CHECK(planned->leases == std::vector<std::string>{"vps:" + shop.value});
  CHECK(planned->rollback == "start-vps");
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("stop-vps observes what would make its plan stale", "[tools][stop-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  const auto before = run.plan("stop-vps", {{"vps", shop.value}});
  run.hosting.change([&](FakeWorld& w) { w.machines[shop].vps.state = VpsState::Stopped; });

  const auto after = run.plan("stop-vps", {{"vps", shop.value}});

  REQUIRE((before && after));
  CHECK(before->observed != after->observed);
}

TEST_CASE("stop-vps does nothing to a VPS that is stopped", "[tools][stop-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net", VpsState::Stopped);

  const auto stopped = run.call("stop-vps", {{"vps", shop.value}});

  REQUIRE(stopped);
  CHECK(stopped->changed == false);
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("stop-vps refuses a VPS that cannot be stopped, without a write", "[tools][stop-vps]") {
  ToolRun run;
  for (const VpsState state :
       {VpsState::Suspended, VpsState::Recovery, VpsState::Initial, VpsState::Error}) {
    const VpsId vps = run.add_vps("vm.example.net", state);
    INFO(to_string(state));
    CHECK(run.call("stop-vps", {{"vps", vps.value}}).error().code == Code::WrongState);
  }
  const VpsId busy = run.add_vps("busy.example.net", VpsState::Restoring);
  CHECK(run.call("stop-vps", {{"vps", busy.value}}).error().code == Code::Locked);
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("stop-vps warns where a login still works", "[tools][stop-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.configure_host(shop, "shop");

  const auto stopped = run.call("stop-vps", {{"vps", shop.value}});

  REQUIRE(stopped);
  REQUIRE(stopped->warnings.size() == 1);
  CHECK(stopped->warnings[0].find("still works") != std::string::npos);
}

TEST_CASE("stop-vps reports a refused stop as what it is", "[tools][stop-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.hosting.fail_next("stop_vps", Code::Forbidden);

  CHECK(run.call("stop-vps", {{"vps", shop.value}}).error().code == Code::Forbidden);
}

TEST_CASE("stop-vps that is cancelled before it began changes nothing",
          "[tools][stop-vps][cancel]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.stop.request_stop();

  CHECK(run.call("stop-vps", {{"vps", shop.value}}).error().code == Code::Cancelled);
  CHECK(run.hosting.machine(shop).vps.state == VpsState::Running);
}
