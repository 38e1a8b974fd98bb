#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

namespace {

VpsId add_protected_vps(ToolRun& run) {
  const VpsId vps = run.add_vps("shop.example.net");
  const FirewallId firewall = run.hosting.add_firewall("production", {{"TCP", "22"}});
  run.hosting.change([&](FakeWorld& w) { w.machines[vps].vps.firewall = firewall; });
  return vps;
}

}  // namespace

TEST_CASE("disable-firewall takes it off and says that the VPS is open",
          "[tools][disable-firewall]") {
  ToolRun run;
  const VpsId shop = add_protected_vps(run);

  const auto opened = run.call("disable-firewall", {{"vps", shop.value}});

  REQUIRE(opened);
  CHECK(opened->changed == true);
  CHECK(opened->summary.find("open to all") != std::string::npos);
  CHECK_FALSE(run.hosting.machine(shop).vps.firewall);
  CHECK(opened->evidence[0]["result"] == "none");
}

TEST_CASE("disable-firewall plans without a change and leases VPS and firewall",
          "[tools][disable-firewall]") {
  ToolRun run;
  const VpsId shop = add_protected_vps(run);

  const auto planned = run.plan("disable-firewall", {{"vps", shop.value}});

  REQUIRE(planned);
  CHECK(planned->leases.size() == 2);
  CHECK(planned->leases[1].starts_with("firewall:"));
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("disable-firewall does nothing where there is none", "[tools][disable-firewall]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");

  const auto opened = run.call("disable-firewall", {{"vps", shop.value}});

  REQUIRE(opened);
  CHECK(opened->changed == false);
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("disable-firewall refuses a VPS on which an action runs", "[tools][disable-firewall]") {
  ToolRun run;
  const VpsId shop = add_protected_vps(run);
  run.hosting.change([&](FakeWorld& w) { w.machines[shop].vps.is_locked = true; });

  CHECK(run.call("disable-firewall", {{"vps", shop.value}}).error().code == Code::Locked);
}

TEST_CASE("disable-firewall believes the world where its answer is lost",
          "[tools][disable-firewall]") {
  ToolRun run;
  const VpsId shop = add_protected_vps(run);
  run.hosting.lose_answer_of("deactivate_firewall");

  CHECK(run.call("disable-firewall", {{"vps", shop.value}}));
  CHECK(run.hosting.calls("deactivate_firewall").size() == 1);
}

TEST_CASE("disable-firewall reports a refusal as what it is", "[tools][disable-firewall]") {
  ToolRun run;
  const VpsId shop = add_protected_vps(run);
  run.hosting.fail_next("deactivate_firewall", Code::Forbidden);

  CHECK(run.call("disable-firewall", {{"vps", shop.value}}).error().code == Code::Forbidden);
}

TEST_CASE("disable-firewall goes on after its process died at any step",
          "[tools][disable-firewall]") {
  for (const std::string& step : ToolRun::steps_of("disable-firewall"))
    for (const auto when : {ToolRun::Dies::Before, ToolRun::Dies::After}) {
      INFO(step);
      ToolRun run;
      const VpsId shop = add_protected_vps(run);
      CHECK(run.call_dying("disable-firewall", {{"vps", shop.value}}, step, when));
      CHECK(run.hosting.writes().size() == 1);
    }
}
