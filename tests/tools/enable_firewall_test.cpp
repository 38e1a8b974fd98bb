#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

namespace {

/// A VPS with a host that lets one in.
struct OpenShop {
  OpenShop() {
    run.owner.operator_cidrs = {"198.51.100.7/32"};
    run.configure_host(shop, "shop");
    run.ssh.answer("shop", {"true"}, "");
  }
  Result<ToolOutput> call(const char* profile = "production") {
    return run.call("enable-firewall", {{"vps", shop.value}, {"profile", profile}});
  }
  /// Behind a firewall nobody gets in any more.
  void cut_ssh_when_protected() {
    run.hosting.set_actions_end(ActionsEnd::WhenTold);
    run.clock.on_wait = [this] {
      run.hosting.finish_actions();
      if (run.hosting.machine(shop).vps.firewall)
        run.ssh.fail_host("shop", Code::SshUnreachable);
      else
        run.ssh.add_host("shop");
    };
  }

  ToolRun run;
  VpsId shop = run.add_vps("shop.example.net");
};

}  // namespace

TEST_CASE("enable-firewall makes the profile's firewall, activates it and proves a login",
          "[tools][enable-firewall]") {
  OpenShop at;

  const auto on = at.call();

  REQUIRE(on);
  const FakeWorld world = at.run.hosting.world();
  REQUIRE(world.firewalls.size() == 1);
  CHECK(world.firewalls.begin()->second.rules.size() == 4);
  CHECK(world.machines.at(at.shop).vps.firewall == world.firewalls.begin()->first);
  CHECK(on->evidence.back()["result"] == "ok");
}

TEST_CASE("enable-firewall puts the rules before the activation", "[tools][enable-firewall]") {
  OpenShop at;

  REQUIRE(at.call());

  const auto writes = at.run.hosting.writes();
  REQUIRE(writes.size() >= 3);
  CHECK(writes[0].method == "create_firewall");
  CHECK(writes[1].method == "replace_firewall_rules");
  CHECK(writes[2].method == "activate_firewall");
}

TEST_CASE("enable-firewall plans without a change", "[tools][enable-firewall]") {
  OpenShop at;

  const auto planned = at.run.plan("enable-firewall", {{"vps", at.shop.value}});

  REQUIRE(planned);
  CHECK(planned->effects.size() == 5);
  CHECK(planned->rollback == "disable-firewall");
  CHECK(at.run.hosting.writes().empty());
}

TEST_CASE("enable-firewall refuses a profile that locks the operator out",
          "[tools][enable-firewall]") {
  OpenShop at;
  at.run.owner.firewall_profiles["closed"] = {{"TCP", "443", "any"}};

  const auto on = at.call("closed");

  REQUIRE(!on);
  CHECK(on.error().code == Code::Validation);
  CHECK(at.run.hosting.writes().empty());
}

TEST_CASE("enable-firewall refuses production where nobody knows the operator's address",
          "[tools][enable-firewall]") {
  OpenShop at;
  at.run.owner.operator_cidrs.clear();

  CHECK(at.call().error().code == Code::NotConfigured);
  CHECK(at.call("web"));
}

TEST_CASE("enable-firewall refuses a VPS without a configured host", "[tools][enable-firewall]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");

  const auto on = run.call("enable-firewall", {{"vps", shop.value}, {"profile", "web"}});

  REQUIRE(!on);
  CHECK(on.error().code == Code::NotConfigured);
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("enable-firewall refuses a VPS that lets nobody in already", "[tools][enable-firewall]") {
  OpenShop at;
  at.run.ssh.fail_host("shop", Code::SshUnreachable);

  CHECK(at.call().error().code == Code::SshUnreachable);
  CHECK(at.run.hosting.writes().empty());
}

TEST_CASE("enable-firewall refuses a VPS that does not run", "[tools][enable-firewall]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net", VpsState::Stopped);

  CHECK(run.call("enable-firewall", {{"vps", shop.value}}).error().code == Code::WrongState);
}

TEST_CASE("enable-firewall takes the firewall off within a minute where no login works",
          "[tools][enable-firewall]") {
  OpenShop at;
  at.cut_ssh_when_protected();
  const TimePoint began = at.run.clock.now();

  const auto on = at.call();

  REQUIRE(!on);
  CHECK(on.error().code == Code::Partial);  // the new firewall stays, on no VPS
  CHECK(on.error().message.find("taken off again") != std::string::npos);
  CHECK_FALSE(at.run.hosting.machine(at.shop).vps.firewall);
  CHECK(at.run.clock.now() - began < std::chrono::seconds(60));
}

TEST_CASE("enable-firewall takes it off though the provider refuses at first",
          "[tools][enable-firewall]") {
  OpenShop at;
  at.cut_ssh_when_protected();
  for (int i = 0; i < 3; ++i) at.run.hosting.fail_next("deactivate_firewall", Code::Upstream);

  const auto on = at.call();

  REQUIRE(!on);
  CHECK_FALSE(at.run.hosting.machine(at.shop).vps.firewall);
}

TEST_CASE("enable-firewall watches the login while the activation is still waited for",
          "[tools][enable-firewall]") {
  OpenShop at;
  at.run.hosting.set_actions_end(ActionsEnd::WhenTold);
  bool in_force = false;
  at.run.clock.on_wait = [&at, &in_force] {
    // In force at once, while the action stays open for ever.
    if (at.run.hosting.calls("activate_firewall").empty()) return;
    if (!std::exchange(in_force, true))
      at.run.hosting.change([&at](FakeWorld& w) {
        w.machines[at.shop].vps.firewall = w.firewalls.begin()->first;
        w.machines[at.shop].vps.is_locked = false;
      });
    if (at.run.hosting.calls("deactivate_firewall").empty())
      at.run.ssh.fail_host("shop", Code::SshUnreachable);
    else
      at.run.hosting.finish_actions();
  };

  const auto on = at.call();

  REQUIRE(!on);
  INFO(on.error().message);
  CHECK(on.error().message.find("taken off again") != std::string::npos);
  CHECK_FALSE(at.run.hosting.machine(at.shop).vps.firewall);
}

TEST_CASE("enable-firewall puts the one before back where no login works",
          "[tools][enable-firewall]") {
  OpenShop at;
  const FirewallId old = at.run.hosting.add_firewall("old", {{"TCP", "22"}});
  at.run.hosting.change([&](FakeWorld& w) { w.machines[at.shop].vps.firewall = old; });
  at.run.hosting.set_actions_end(ActionsEnd::WhenTold);
  at.run.clock.on_wait = [&at, old] {
    at.run.hosting.finish_actions();
    if (at.run.hosting.machine(at.shop).vps.firewall == old)
      at.run.ssh.add_host("shop");
    else
      at.run.ssh.fail_host("shop", Code::SshUnreachable);
  };

  const auto on = at.call();

  REQUIRE(!on);
  CHECK(at.run.hosting.machine(at.shop).vps.firewall == old);
}

TEST_CASE("enable-firewall does not change the rules of other machines by the way",
          "[tools][enable-firewall]") {
  OpenShop at;
  const VpsId blog = at.run.add_vps("blog.example.net");
  const FirewallId shared = at.run.hosting.add_firewall("production", {{"TCP", "22"}});
  at.run.hosting.change([&](FakeWorld& w) { w.machines[blog].vps.firewall = shared; });

  CHECK(at.call().error().code == Code::Conflict);
  CHECK(at.run.hosting.writes().empty());
}

TEST_CASE("enable-firewall takes a firewall of the account by its name",
          "[tools][enable-firewall]") {
  OpenShop at;
  const FirewallId mine = at.run.hosting.add_firewall("mine", {{"TCP", "22"}});

  REQUIRE(at.call("mine"));

  CHECK(at.run.hosting.machine(at.shop).vps.firewall == mine);
  CHECK(at.run.hosting.calls("replace_firewall_rules").empty());
}

TEST_CASE("enable-firewall does nothing where it is on already", "[tools][enable-firewall]") {
  OpenShop at;
  REQUIRE(at.call());

  const auto again = at.call();

  REQUIRE(again);
  CHECK(again->changed == false);
}

TEST_CASE("enable-firewall says what profiles there are", "[tools][enable-firewall]") {
  OpenShop at;

  CHECK(at.call("fortress").error().code == Code::NotFound);
}

TEST_CASE("enable-firewall goes on where the answer to the activation is lost",
          "[tools][enable-firewall]") {
  OpenShop at;
  at.run.hosting.lose_answer_of("activate_firewall");

  CHECK(at.call());
  CHECK(at.run.hosting.calls("activate_firewall").size() == 1);
}

TEST_CASE("enable-firewall goes on after its process died at any step",
          "[tools][enable-firewall]") {
  for (const std::string& step : ToolRun::steps_of("enable-firewall"))
    for (const auto when : {ToolRun::Dies::Before, ToolRun::Dies::After}) {
      INFO(step);
      OpenShop at;
      CHECK(at.run.call_dying("enable-firewall", {{"vps", at.shop.value}}, step, when));
      CHECK(at.run.hosting.calls("activate_firewall").size() == 1);
      CHECK(at.run.hosting.world().firewalls.size() == 1);
    }
}
