#include <catch2/catch.hpp>

#include "tests/broker/bench.h"

using namespace tier0;

TEST_CASE("the same key with the same plan is the first outcome again", "[broker][repeat]") {
  BrokerBench f;
  const Json arguments = {{"plan_id", f.plan_halt()}, {"idempotency_key", "night-1"}};
  const Json first = f.halt(arguments);
  f.hosting.change([&](FakeWorld& world) { world.machines[f.shop].vps.state = VpsState::Running; });

  const Json second = f.halt(arguments);

  CHECK(first["changed"] == true);
  CHECK(!first.contains("replayed"));
  CHECK(second["ok"] == true);
  CHECK(second["changed"] == false);
  CHECK(second["replayed"] == true);
  CHECK(second["operation_id"] == first["operation_id"]);
  CHECK(second["data"] == first["data"]);
  CHECK(f.halts() == 1);
}

TEST_CASE("the same key counts for a new plan of the same call", "[broker][repeat]") {
  BrokerBench f;
  const Json first = f.halt({{"plan_id", f.plan_halt()}, {"idempotency_key", "night-1"}});
  f.hosting.change([&](FakeWorld& world) { world.machines[f.shop].vps.state = VpsState::Running; });

  const Json second =
      f.halt({{"plan_id", f.plan_halt()}, {"idempotency_key", "night-1"}, {"wait", "accepted"}});

  CHECK(second["replayed"] == true);
  CHECK(second["operation_id"] == first["operation_id"]);
  CHECK(f.halts() == 1);
}

TEST_CASE("the key on the call that only plans uses nothing up", "[broker][repeat]") {
  BrokerBench f;

  const Json planned = f.halt({{"vps", f.shop.value}, {"idempotency_key", "night-1"}});
  const Json applied = f.halt({{"plan_id", planned["plan_id"]}, {"idempotency_key", "night-1"}});

  CHECK(applied["changed"] == true);
  CHECK(!applied.contains("replayed"));
}

TEST_CASE("the same key for another call is a conflict", "[broker][repeat]") {
  BrokerBench f;
  const VpsId other =
      f.hosting.add_vps({.id = {}, .hostname = "blog.example.net", .state = VpsState::Running});
  f.halt({{"plan_id", f.plan_halt()}, {"idempotency_key", "night-1"}});
  const std::string plan = string_member(f.halt({{"vps", other.value}}), "plan_id");

  const Json other_vps = f.halt({{"plan_id", plan}, {"idempotency_key", "night-1"}});
  const Json other_tool = f.result("executor-codex", "start-vps",
                                   {{"vps", f.shop.value}, {"idempotency_key", "night-1"}});

  CHECK(other_vps["kind"] == "idempotency_conflict");
  CHECK(other_tool["kind"] == "idempotency_conflict");
  CHECK(f.halts() == 1);
  CHECK(f.hosting.writes().size() == 1);
}

TEST_CASE("two agents may use one key", "[broker][repeat]") {
  BrokerBench f;
  Json second_agent = profile_with("allow");
  second_agent["agent"] = "executor-two";
  f.grant({profile_with("allow"), second_agent});
  f.halt({{"plan_id", f.plan_halt()}, {"idempotency_key", "night-1"}});

  const Json other = f.result("executor-two", "start-vps",
                              {{"vps", f.shop.value}, {"idempotency_key", "night-1"}});

  CHECK(other["changed"] == true);
  CHECK(!other.contains("replayed"));
}

TEST_CASE("a repeated write that failed fails the same way and acts no more", "[broker][repeat]") {
  BrokerBench f;
  f.hosting.change([&](FakeWorld& world) { world.machines[f.shop].vps.state = VpsState::Stopped; });
  f.hosting.fail_next("start_vps", Code::Upstream);
  const Json arguments = {{"vps", f.shop.value}, {"idempotency_key", "start-1"}};

  const Json first = f.result("executor-codex", "start-vps", arguments);
  const Json second = f.result("executor-codex", "start-vps", arguments);

  CHECK(first["kind"] == "upstream");
  CHECK(second["kind"] == "upstream");
  CHECK(second["replayed"] == true);
  CHECK(second["changed"] == false);
  CHECK(f.hosting.calls("start_vps").size() == 1);
}

TEST_CASE("a repeated write whose answer was lost stays unknown and is not sent again",
          "[broker][repeat]") {
  BrokerBench f;
  f.hosting.change([&](FakeWorld& world) { world.machines[f.shop].vps.state = VpsState::Stopped; });
  f.hosting.fail_next("start_vps", Code::TimeoutUnknown);
  const Json arguments = {{"vps", f.shop.value}, {"idempotency_key", "start-1"}};
  f.result("executor-codex", "start-vps", arguments);

  const Json second = f.result("executor-codex", "start-vps", arguments);

  CHECK(second["kind"] == "timeout_unknown");
  CHECK(second["replayed"] == true);
  CHECK(f.hosting.calls("start_vps").size() == 1);
}
