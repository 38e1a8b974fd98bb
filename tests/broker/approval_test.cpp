// Where a person has to agree: every path that is not a yes of somebody who counts changes nothing.
#include <catch2/catch.hpp>

#include "tests/broker/bench.h"

using namespace tier0;

namespace {

/// A plan of the halt tool, and one try to apply it, under a policy that asks.
struct Asked {
  explicit Asked(const std::string& verdict = "ask",
                 const Json& approvals = {{"approvers", {"owner", "client"}}}) {
    f.grant({profile_with(verdict, approvals)});
    plan = f.plan_halt();
  }
  Json apply(const CallOptions& options = {}) { return f.halt({{"plan_id", plan}}, options); }
  CallOptions with_answer(ClientAnswer::Said said) const {
    return {.can_ask = true, .answer = ClientAnswer{plan, said}};
  }

  BrokerBench f;
  std::string plan;
};

}  // namespace

TEST_CASE("a plan that needs a person waits in the queue, and says so", "[broker][approval]") {
  Asked a;

  const Json result = a.apply();

  CHECK(result["kind"] == "approval_required");
  CHECK(result["changed"] == false);
  CHECK(result["plan_id"] == a.plan);
  CHECK(string_member(result, "hint").find("tier0 approvals approve " + a.plan) !=
        std::string::npos);
  const auto row = a.f.store.plans().approval(a.plan);
  REQUIRE((row && *row));
  CHECK((*row)->status == ApprovalRow::Status::Pending);
  CHECK((*row)->approvers == std::vector<std::string>{"owner", "client"});
  CHECK(a.f.hosting.writes().empty());
}

TEST_CASE("a person's yes at the queue lets the same call happen, once", "[broker][approval]") {
  Asked a;
  a.apply();

  REQUIRE(a.f.says("owner", a.plan, true));
  const Json applied = a.apply();
  const Json again = a.apply();

  CHECK(applied["changed"] == true);
  CHECK(again["kind"] == "conflict");
  CHECK(a.f.halts() == 1);
}

TEST_CASE("a person's no is final", "[broker][approval]") {
  Asked a;
  a.apply();

  REQUIRE(a.f.says("owner", a.plan, false));
  const Json result = a.apply(a.with_answer(ClientAnswer::Said::Yes));

  CHECK(result["kind"] == "approval_declined");
  CHECK(!a.f.says("owner", a.plan, true));
  CHECK(a.f.hosting.writes().empty());
}

TEST_CASE("an approved plan whose state moved is stale all the same", "[broker][approval]") {
  Asked a;
  a.apply();
  REQUIRE(a.f.says("owner", a.plan, true));
  a.f.hosting.change(
      [&](FakeWorld& world) { world.machines[a.f.shop].vps.hostname = "other.example.net"; });

  CHECK(a.apply()["kind"] == "plan_stale");
  CHECK(a.f.hosting.writes().empty());
}

TEST_CASE("an approval that came too late counts for nothing", "[broker][approval]") {
  Asked a("ask", {{"approvers", {"owner"}}, {"expires", "5m"}});
  a.apply();
  a.f.clock.advance(std::chrono::minutes(6));

  const auto late = a.f.says("owner", a.plan, true);

  REQUIRE(!late);
  CHECK(late.error().code == Code::ApprovalExpired);
  CHECK(a.apply()["kind"] == "approval_expired");
  CHECK(a.f.hosting.writes().empty());
}

TEST_CASE("only who the policy names approves", "[broker][approval]") {
  Asked a("ask", {{"approvers", {"owner"}}});
  a.apply();

  const auto ops = a.f.says("ops", a.plan, true);
  const auto agent = a.f.approvals.person_says({.id = "executor-codex"}, a.plan, true, "socket");
  const Json client = a.apply(a.with_answer(ClientAnswer::Said::Yes));

  REQUIRE(!ops);
  CHECK(ops.error().code == Code::Forbidden);
  REQUIRE(!agent);
  CHECK(agent.error().code == Code::Forbidden);
  CHECK(client["kind"] == "approval_required");
  CHECK(a.f.hosting.writes().empty());
}

TEST_CASE("a quorum of two needs two people", "[broker][approval]") {
  Asked a("ask", {{"approvers", {"owner", "ops"}}, {"quorum", 2}});
  a.apply();

  REQUIRE(a.f.says("owner", a.plan, true));
  CHECK(!a.f.says("owner", a.plan, true));
  const Json half = a.apply();
  REQUIRE(a.f.says("ops", a.plan, true));
  const Json whole = a.apply();

  CHECK(half["kind"] == "approval_required");
  CHECK(string_member(half, "summary").find("1 of 2 agreed") != std::string::npos);
  CHECK(whole["changed"] == true);
}

TEST_CASE("a yes under a policy that has become stricter counts for nothing, and says so",
          "[broker][approval]") {
  Asked a;
  a.apply(a.with_answer(ClientAnswer::Said::Nothing));
  REQUIRE(a.f.says("owner", a.plan, true));
  a.f.grant({profile_with("out_of_band", {{"approvers", {"ops"}}})});

  const Json result = a.apply();

  CHECK(result["kind"] == "approval_expired");
  CHECK(string_member(result, "summary").find("under a policy that is gone") != std::string::npos);
  CHECK(a.f.hosting.writes().empty());
}

TEST_CASE("the client's user is asked with the text of the plan", "[broker][approval]") {
  Asked a;

  const Reply reply =
      a.f.call("executor-codex", kHaltTool, {{"plan_id", a.plan}}, {.can_ask = true});

  const auto* ask = std::get_if<AskClient>(&reply.outcome);
  REQUIRE(ask != nullptr);
  CHECK(ask->plan == a.plan);
  CHECK(ask->text.find("agent:executor-codex asks to run halt-vps (destructive)") !=
        std::string::npos);
  CHECK(ask->text.find("shop.example.net") != std::string::npos);
  CHECK(ask->text.find("what it has in memory") != std::string::npos);
  CHECK(a.f.hosting.writes().empty());
}

TEST_CASE("what the client's user says counts for the plan they were shown alone",
          "[broker][approval]") {
  Asked a;
  const std::string other = a.f.plan_halt();
  const CallOptions yes_to_other = {.can_ask = true,
                                    .answer = ClientAnswer{other, ClientAnswer::Said::Yes}};

  const Reply reply = a.f.call("executor-codex", kHaltTool, {{"plan_id", a.plan}}, yes_to_other);

  CHECK(std::holds_alternative<AskClient>(reply.outcome));
  CHECK(a.f.hosting.writes().empty());
}

TEST_CASE("a vote that cannot be recorded does not count", "[broker][approval]") {
  Asked a;
  a.apply();
  a.f.audit.fill();

  const auto vote = a.f.says("owner", a.plan, true);

  REQUIRE(!vote);
  CHECK(vote.error().code == Code::AuditUnavailable);
  CHECK((*a.f.store.plans().approval(a.plan))->votes.empty());
}

TEST_CASE("votes stand in the audit with the person", "[broker][approval]") {
  Asked a;
  a.apply();

  REQUIRE(a.f.says("owner", a.plan, true));

  const AuditEntry vote = a.f.audit.begun().back();
  CHECK(vote.principal == "person:owner");
  CHECK(vote.tool == "approvals");
  CHECK(vote.plan_id == a.plan);
  CHECK(vote.arguments["answer"] == "approve");
}

TEST_CASE("a write that needs a person is found again by its arguments", "[broker][approval]") {
  BrokerBench f;
  f.grant({profile_with("ask")});
  f.hosting.change([&](FakeWorld& world) { world.machines[f.shop].vps.state = VpsState::Stopped; });
  const Json call = {{"vps", "shop"}};

  const Json first = f.result("executor-codex", "start-vps", call);
  const Json second = f.result("executor-codex", "start-vps", call);
  REQUIRE(f.says("owner", string_member(first, "plan_id"), true));
  const Json third = f.result("executor-codex", "start-vps", call);

  CHECK(first["kind"] == "approval_required");
  CHECK(second["plan_id"] == first["plan_id"]);
  CHECK(third["changed"] == true);
  CHECK(third["plan_id"] == first["plan_id"]);
  CHECK(f.hosting.calls("start_vps").size() == 1);
}

TEST_CASE("a write whose approval nobody gave in time is asked for anew", "[broker][approval]") {
  BrokerBench f;
  f.grant({profile_with("ask", {{"approvers", {"owner"}}, {"expires", "5m"}})});
  f.hosting.change([&](FakeWorld& world) { world.machines[f.shop].vps.state = VpsState::Stopped; });
  const Json call = {{"vps", "shop"}};
  const Json first = f.result("executor-codex", "start-vps", call);
  f.clock.advance(std::chrono::minutes(6));

  const Json second = f.result("executor-codex", "start-vps", call);

  CHECK(second["kind"] == "approval_required");
  CHECK(second["plan_id"] != first["plan_id"]);
}
