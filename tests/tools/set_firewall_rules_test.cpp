#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

namespace {

Json rule(const char* protocol, const char* port, const char* from) {
  return {{"protocol", protocol}, {"port", port}, {"from", from}};
}

const Json kWeb = Json::array({rule("TCP", "22", "operator"), rule("TCP", "443", "any")});

/// A firewall "web" that lets SSH in from anywhere, on one VPS with a host.
struct GuardedShop {
  GuardedShop() {
    run.owner.operator_cidrs = {"198.51.100.7/32"};
    run.configure_host(shop, "shop");
    run.ssh.answer("shop", {"true"}, "");
    run.hosting.change([this](FakeWorld& w) { w.machines[shop].vps.firewall = firewall; });
  }
  Result<ToolOutput> call() {
    return run.call("set-firewall-rules", {{"firewall", "web"}, {"rules", kWeb}});
  }
  std::vector<FirewallRule> rules() { return run.hosting.world().firewalls.at(firewall).rules; }

  ToolRun run;
  bool is_cut = false;
  VpsId shop = run.add_vps("shop.example.net");
  FirewallId firewall = run.hosting.add_firewall("web", {{"TCP", "22"}, {"TCP", "80"}});
};

}  // namespace

TEST_CASE("set-firewall-rules makes these the only rules, in force and proven",
          "[tools][set-firewall-rules]") {
  GuardedShop at;

  const auto set = at.call();

  REQUIRE(set);
  CHECK(at.rules().size() == 2);
  CHECK(at.run.hosting.world().firewalls.at(at.firewall).is_synced);
  CHECK(set->data["vps"] == Json::array({at.shop.value}));
  CHECK(set->evidence.size() == 2);
  CHECK(set->evidence[1]["result"] == "ok");
}

TEST_CASE("set-firewall-rules says in its plan what opens and what closes, and changes nothing",
          "[tools][set-firewall-rules]") {
  GuardedShop at;

  const auto planned = at.run.plan("set-firewall-rules", {{"firewall", "web"}, {"rules", kWeb}});

  REQUIRE(planned);
  CHECK(planned->effects.size() == 4);
  CHECK(planned->targets.size() == 2);
  CHECK(planned->leases == std::vector<std::string>{"firewall:" + at.firewall.value});
  CHECK(at.run.hosting.writes().empty());
}

TEST_CASE("set-firewall-rules refuses rules that lock the operator out",
          "[tools][set-firewall-rules]") {
  GuardedShop at;

  const auto set =
      at.run.call("set-firewall-rules",
                  {{"firewall", "web"}, {"rules", Json::array({rule("TCP", "443", "any")})}});

  REQUIRE(!set);
  CHECK(set.error().code == Code::Validation);
  CHECK(set.error().message.find("198.51.100.7") != std::string::npos);
  CHECK(at.run.hosting.writes().empty());
}

TEST_CASE("set-firewall-rules does nothing where the rules are so already",
          "[tools][set-firewall-rules]") {
  GuardedShop at;
  REQUIRE(at.call());
  const std::size_t writes = at.run.hosting.writes().size();

  const auto again = at.call();

  REQUIRE(again);
  CHECK(again->changed == false);
  CHECK(at.run.hosting.writes().size() == writes);
}

TEST_CASE("set-firewall-rules makes a firewall that is not there", "[tools][set-firewall-rules]") {
  ToolRun run;
  run.owner.operator_cidrs = {"198.51.100.7/32"};

  const auto set = run.call("set-firewall-rules", {{"firewall", "new"}, {"rules", kWeb}});

  REQUIRE(set);
  CHECK(run.hosting.world().firewalls.size() == 1);
  CHECK(set->summary.find("no VPS has it") != std::string::npos);
}

TEST_CASE("set-firewall-rules takes an older API one rule at a time, adding first",
          "[tools][set-firewall-rules]") {
  GuardedShop at;
  at.run.hosting.change([](FakeWorld& w) { w.has_bulk_firewall_calls = false; });

  const auto set = at.call();

  REQUIRE(set);
  CHECK(at.rules().size() == 2);
  CHECK(at.run.hosting.calls("add_firewall_rule").size() == 2);
  CHECK(at.run.hosting.calls("delete_firewall_rule").size() == 2);
  CHECK(at.run.hosting.calls("sync_firewall").size() == 1);
  const auto writes = at.run.hosting.writes();
  const auto is = [](const char* name) {
    return [name](const HostingCall& call) { return call.method == name; };
  };
  CHECK(std::ranges::find_if(writes, is("delete_firewall_rule")) >
        std::ranges::find_if(writes, is("add_firewall_rule")));
}

TEST_CASE("set-firewall-rules puts the old rules back when no login works with the new ones",
          "[tools][set-firewall-rules]") {
  GuardedShop at;
  at.run.clock.on_wait = [&at] {
    const bool open = at.rules().size() == 2 && at.rules()[0].match.source == "any";
    if (open)
      at.run.ssh.add_host("shop");
    else
      at.run.ssh.fail_host("shop", Code::SshUnreachable);
  };

  const auto set = at.call();

  REQUIRE(!set);
  CHECK(set.error().code == Code::SshUnreachable);
  CHECK(set.error().message.find("undone: put-rules") != std::string::npos);
  CHECK(at.rules()[0].match.source == "any");
}

TEST_CASE("set-firewall-rules does not blame its rules for a host that was dead before",
          "[tools][set-firewall-rules]") {
  GuardedShop at;
  at.run.ssh.fail_host("shop", Code::SshUnreachable);

  const auto set = at.call();

  REQUIRE(set);
  CHECK(set->warnings.size() == 2);
  CHECK(at.rules().size() == 2);
}

TEST_CASE("set-firewall-rules puts the old rules back where the new ones never come in force",
          "[tools][set-firewall-rules]") {
  GuardedShop at;
  at.run.hosting.fail_next("sync_firewall_everywhere", Code::TimeoutUnknown);
  at.run.clock.on_wait = [&at] {
    if (at.rules()[0].match.source == "any") return;
    at.run.hosting.change([&](FakeWorld& w) { w.firewalls[at.firewall].is_synced = false; });
  };

  const auto set = at.call();

  REQUIRE(!set);
  CHECK(set.error().code == Code::Upstream);
  CHECK(set.error().message.find("undone: put-rules") != std::string::npos);
  CHECK(at.rules()[0].match.source == "any");
}

TEST_CASE("set-firewall-rules brings the old rules back though the provider fails meanwhile",
          "[tools][set-firewall-rules]") {
  GuardedShop at;
  at.run.clock.on_wait = [&at] {
    if (at.rules()[0].match.source == "any") return;
    // The new rules let nobody in, and the first tries to undo them fail.
    if (std::exchange(at.is_cut, true)) return;
    at.run.ssh.fail_host("shop", Code::SshUnreachable);
    for (int i = 0; i < 2; ++i)
      at.run.hosting.fail_next("replace_firewall_rules", Code::RateLimited);
  };

  const auto set = at.call();

  REQUIRE(!set);
  CHECK(set.error().message.find("undone: put-rules") != std::string::npos);
  CHECK(at.rules()[0].match.source == "any");
}

TEST_CASE("set-firewall-rules reads the rules where an answer is lost",
          "[tools][set-firewall-rules]") {
  GuardedShop at;
  at.run.hosting.lose_answer_of("replace_firewall_rules");

  CHECK(at.call());
  CHECK(at.run.hosting.calls("replace_firewall_rules").size() == 1);
}

TEST_CASE("set-firewall-rules whose change does not show is unknown and not sent again",
          "[tools][set-firewall-rules]") {
  GuardedShop at;
  at.run.hosting.fail_next("replace_firewall_rules", Code::TimeoutUnknown);

  const auto set = at.call();

  REQUIRE(!set);
  CHECK(set.error().code == Code::TimeoutUnknown);
  CHECK(at.run.hosting.calls("replace_firewall_rules").size() == 1);
}

TEST_CASE("set-firewall-rules waits where the provider wants fewer calls",
          "[tools][set-firewall-rules]") {
  GuardedShop at;
  at.run.hosting.fail_next("replace_firewall_rules", Code::RateLimited);

  CHECK(at.call());
}

TEST_CASE("set-firewall-rules refuses a source that is no address", "[tools][set-firewall-rules]") {
  GuardedShop at;

  const auto set =
      at.run.call("set-firewall-rules",
                  {{"firewall", "web"}, {"rules", Json::array({rule("TCP", "22", "my-laptop")})}});

  REQUIRE(!set);
  CHECK(set.error().code == Code::Validation);
}

TEST_CASE("set-firewall-rules goes on after its process died at any step",
          "[tools][set-firewall-rules]") {
  for (const std::string& step : ToolRun::steps_of("set-firewall-rules"))
    for (const auto when : {ToolRun::Dies::Before, ToolRun::Dies::After}) {
      INFO(step);
      GuardedShop at;
      CHECK(at.run.call_dying("set-firewall-rules", {{"firewall", "web"}, {"rules", kWeb}}, step,
                              when));
      CHECK(at.rules().size() == 2);
      CHECK(at.run.hosting.calls("replace_firewall_rules").size() == 1);
    }
}

TEST_CASE("set-firewall-rules makes one firewall though its process died while making it",
          "[tools][set-firewall-rules]") {
  ToolRun run;
  run.owner.operator_cidrs = {"198.51.100.7/32"};

  CHECK(run.call_dying("set-firewall-rules", {{"firewall", "new"}, {"rules", kWeb}},
                       "create-firewall", ToolRun::Dies::After));
  CHECK(run.hosting.world().firewalls.size() == 1);
}
