#include "server/policy/policy.h"

#include <catch2/catch.hpp>

#include "server/policy/policy_box.h"
#include "tests/policy/catalogue.h"

namespace tier0 {
namespace {

Json grant(const std::string& tool, const Json& effects) {
  return {{"tools", {tool}}, {"effects", effects}};
}

Json profile(const std::string& agent, const Json& grants) {
  return {{"agent", agent}, {"grants", grants}};
}

std::shared_ptr<const Policy> policy_of(const Json& one, std::uint64_t generation = 1) {
  PolicySetup setup;
  setup.profiles = {one};
  setup.generation = generation;
  return make_test_policy(setup).value();
}

const Tool& tool(const char* name) {
  return *catalogue().find(name);
}

}  // namespace

TEST_CASE("an explanation lists every grant with its part", "[policy][explain]") {
  const auto policy =
      policy_of(profile("a", Json::array({grant("list-vps", {{"read", "allow"}}),
                                          grant("*", {{"write", "ask"}, {"read", "ask"}}),
                                          grant("*", {{"write", "out_of_band"}})})));

  const Explanation said =
      policy->explain(agent_principal("a"), tool("start-vps"), Json{{"vps", "1"}});

  CHECK(said.decision.verdict == Verdict::Ask);
  CHECK(said.decision.rule == "agents/a.yaml grant 2");
  REQUIRE(said.grants.size() == 3);
  CHECK_FALSE(said.grants[0].matched);
  CHECK(said.grants[0].why == "it does not name start-vps");
  CHECK(said.grants[1].matched);
  CHECK(said.grants[1].verdict == Verdict::Ask);
  CHECK(said.grants[2].matched);
  CHECK(said.grants[2].verdict == Verdict::OutOfBand);
  CHECK(
      said.text() ==
      "a start-vps (write): ask\n"
      "  agents/a.yaml grant 2 asks a person before start-vps (write)\n"
      "  - agents/a.yaml grant 1 (agents/a.yaml:1:1): it does not name start-vps\n"
      "  + agents/a.yaml grant 2 (agents/a.yaml:1:1) ask: tool, effect, backend and every target "
      "match\n"
      "  + agents/a.yaml grant 3 (agents/a.yaml:1:1) out_of_band: tool, effect, backend and every "
      "target match\n");
  const Json json = said.json();
  CHECK(json["decision"] == "ask");
  CHECK(json["grants"].size() == 3);
  CHECK(json["grants"][1]["matched"] == true);
}

TEST_CASE("an explanation for an agent without grants says so", "[policy][explain]") {
  const auto policy = policy_of(profile("a", Json::array()));

  const Explanation said = policy->explain(agent_principal("a"), tool("list-vps"), Json::object());

  CHECK(said.decision.verdict == Verdict::Deny);
  CHECK(said.text().find("it has no grants") != std::string::npos);
}

TEST_CASE("explaining and deciding agree on every tool and agent", "[policy][explain]") {
  PolicySetup setup;
  setup.profiles = {profile("reader", Json::array({grant("*", {{"read", "allow"}})})),
                    profile("asker", Json::array({grant("*-vps", {{"destructive", "ask"}})})),
                    profile("nothing", Json::array())};
  const auto policy = make_test_policy(setup).value();
  for (const char* agent : {"reader", "asker", "nothing", "stranger"})
    for (const Tool& one : catalogue().all()) {
      INFO(agent << " " << one.name);
      const Principal who = agent_principal(agent);
      const Decision decision = policy->decide(who, one, Json::object());
      CHECK(policy->explain(who, one, Json::object()).decision.verdict == decision.verdict);
      // Whoever may not see a tool is denied every call of it.
      if (!policy->may_see(who, one)) CHECK(decision.verdict == Verdict::Deny);
    }
}

TEST_CASE("a reader is denied every effect but reading, on every tool", "[policy]") {
  const auto policy = policy_of(profile("reader", Json::array({grant("*", {{"read", "allow"}})})));
  for (const Tool& one : catalogue().all()) {
    INFO(one.name);
    const Decision decision =
        policy->decide(agent_principal("reader"), one,
                       Json{{"vps", "1"}, {"domain", "a.com"}, {"tenant", "t"}, {"argv", {"id"}}});
    CHECK((decision.verdict == Verdict::Allow) == (one.effect == Effect::Read));
    CHECK(policy->may_see(agent_principal("reader"), one) == (one.effect == Effect::Read));
  }
}

TEST_CASE("removing another tenant changes no answer", "[policy][tenant]") {
  const Json limited = {
      {"tools", {"*"}}, {"effects", {{"read", "allow"}}}, {"on", {{"tenant", {"acme"}}}}};
  PolicySetup with;
  with.profiles = {profile("a", Json::array({limited}))};
  with.tenants = {{"acme", {{"1"}, {"acme.com"}}}, {"other", {{"2"}, {"other.com"}}}};
  PolicySetup without = with;
  without.tenants.erase("other");
  const auto one = make_test_policy(with).value();
  const auto two = make_test_policy(without).value();
  for (const char* vps : {"1", "2", "3"}) {
    INFO(vps);
    const Json args = {{"vps", vps}};
    const Decision first = one->decide(agent_principal("a"), tool("get-vps"), args);
    const Decision second = two->decide(agent_principal("a"), tool("get-vps"), args);
    CHECK(first.verdict == second.verdict);
    CHECK(first.reason == second.reason);
  }
}

TEST_CASE("a decision's scope outlives the policy that made it", "[policy]") {
  auto policy = policy_of(profile("a", Json::array({grant("*", {{"read", "allow"}})})));
  const Decision decision = policy->decide(agent_principal("a"), tool("list-vps"), Json::object());

  policy.reset();

  CHECK(decision.scope->covers("vps", "1"));
}

TEST_CASE("limits and approvals are read as values", "[policy][profile]") {
  Json one = profile("a", Json::array());
  one["limits"] = {{"calls_per_minute", 120},
                   {"concurrent_calls", 8},
                   {"spend", {{"per_month", {{"USD", "200.00"}, {"EUR", "0.99"}}}}},
                   {"blast_radius", {{"vps_per_hour", 2}}}};
  one["approvals"] = {{"approvers", {"ops", "client"}}, {"quorum", 2}, {"expires", "2h"}};

  const auto policy = policy_of(one);
  const AgentProfile* read = policy->profile(agent_principal("a"));

  REQUIRE(read != nullptr);
  CHECK(read->limits.calls_per_minute == 120);
  CHECK(read->limits.concurrent_calls == 8);
  CHECK(read->limits.spend_per_month.at("USD") == 20000);
  CHECK(read->limits.spend_per_month.at("EUR") == 99);
  CHECK(read->limits.vps_per_hour == 2);
  CHECK(read->approvals.approvers == std::vector<std::string>{"ops", "client"});
  CHECK(read->approvals.quorum == 2);
  CHECK(read->approvals.expires == std::chrono::hours(2));
}

TEST_CASE("approvals default to one person and fifteen minutes, and nobody", "[policy][profile]") {
  const auto policy = policy_of(profile("a", Json::array()));

  const Approvals& approvals = policy->profile(agent_principal("a"))->approvals;

  CHECK(approvals.approvers.empty());
  CHECK(approvals.quorum == 1);
  CHECK(approvals.expires == std::chrono::minutes(15));
}

TEST_CASE("what can never work is worth a warning", "[policy][profile]") {
  Json asks = profile("a", Json::array({grant("stop-*", {{"destructive", "ask"}})}));
  asks["approvals"] = {{"approvers", {"ghost"}}, {"quorum", 2}};
  PolicySetup setup;
  setup.profiles = {asks, profile("b", Json::array())};

  const auto policy = make_test_policy(setup).value();

  const auto warns = [&policy](const std::string& text) {
    return std::ranges::any_of(policy->warnings(), [&](const std::string& line) {
      return line.find(text) != std::string::npos;
    });
  };
  CHECK(warns("\"stop-*\" matches no tool"));
  CHECK(warns("approver \"ghost\" is nobody in people"));
  CHECK(warns("fewer approvers than its quorum"));
  CHECK(warns("agents/b.yaml: it has no grants"));
}

TEST_CASE("a snapshot stays what it was while the box moves on", "[policy][box]") {
  PolicyBox box(policy_of(profile("a", Json::array()), 1));
  const auto before = box.snapshot();

  box.replace(policy_of(profile("a", Json::array({grant("*", {{"read", "allow"}})})), 2));

  CHECK(before->generation() == 1);
  CHECK_FALSE(before->may_see(agent_principal("a"), tool("list-vps")));
  CHECK(box.snapshot()->generation() == 2);
  CHECK(box.snapshot()->may_see(agent_principal("a"), tool("list-vps")));
}

}  // namespace tier0
