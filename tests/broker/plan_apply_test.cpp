// Two calls for what is dangerous: the plan, then exactly that plan, once.
#include <catch2/catch.hpp>
#include <thread>

#include "tests/broker/bench.h"

using namespace tier0;

TEST_CASE("the first call of a destructive tool returns its plan and changes nothing",
          "[broker][plan]") {
  BrokerBench f;

  const Json result = f.halt({{"vps", "shop"}});

  CHECK(result["ok"] == true);
  CHECK(result["changed"] == false);
  CHECK(!string_member(result, "plan_id").empty());
  for (const char* part : {"effects", "targets", "lost", "price", "duration_s", "rollback",
                           "expires_at", "decision", "state_digest"}) {
    INFO(part);
    CHECK(result["data"].contains(part));
  }
  CHECK(result["next"][0]["arguments"]["plan_id"] == result["plan_id"]);
  CHECK(f.hosting.writes().empty());
  CHECK(f.audit.ended().back().plan_id == result["plan_id"]);
}

TEST_CASE("a plan is applied by its id alone", "[broker][plan]") {
  BrokerBench f;
  const std::string plan = f.plan_halt();

  const Json result = f.halt({{"plan_id", plan}});

  CHECK(result["ok"] == true);
  CHECK(result["changed"] == true);
  CHECK(result["summary"] == "shop.example.net is halted");
  CHECK(result["data"] == Json{{"vps", f.shop.value}});
  CHECK(result["plan_id"] == plan);
  CHECK(!string_member(result, "operation_id").empty());
  CHECK(f.halts() == 1);
}

TEST_CASE("a plan is applied by its id with the same arguments, however they are written",
          "[broker][plan]") {
  BrokerBench f;
  const std::string plan = f.plan_halt();

  const Json result = f.halt({{"vps", "shop.example.net"}, {"plan_id", plan}});

  CHECK(result["changed"] == true);
}

TEST_CASE("a plan is not applied to anything but its own call", "[broker][plan]") {
  BrokerBench f;
  const VpsId other =
      f.hosting.add_vps({.id = {}, .hostname = "blog.example.net", .state = VpsState::Running});
  const std::string plan = f.plan_halt();

  const Json other_arguments = f.halt({{"vps", other.value}, {"plan_id", plan}});
  const Json other_agent = f.result("executor-approved", kHaltTool, {{"plan_id", plan}});
  const Json no_plan = f.halt({{"plan_id", std::string(32, '0')}});

  CHECK(other_arguments["kind"] == "validation");
  CHECK(other_agent["kind"] == "not_found");
  CHECK(no_plan["kind"] == "not_found");
  CHECK(other_agent["summary"] == no_plan["summary"]);
  CHECK(f.hosting.writes().empty());
}

TEST_CASE("a plan whose state moved is stale, with the difference", "[broker][plan]") {
  BrokerBench f;
  const std::string plan = f.plan_halt();
  f.hosting.change(
      [&](FakeWorld& world) { world.machines[f.shop].vps.hostname = "renamed.example.net"; });

  const Json result = f.halt({{"plan_id", plan}});

  CHECK(result["kind"] == "plan_stale");
  CHECK(result["changed"] == false);
  REQUIRE(result["data"]["fields"].size() == 1);
  CHECK(result["data"]["fields"][0]["field"] == "/observed/hostname");
  CHECK(result["data"]["fields"][0]["problem"] ==
        R"(was "shop.example.net", is "renamed.example.net")");
  CHECK(f.hosting.writes().empty());
}

TEST_CASE("a plan expires after a quarter of an hour", "[broker][plan]") {
  BrokerBench f;
  const std::string plan = f.plan_halt();
  f.clock.advance(std::chrono::minutes(15));

  const Json result = f.halt({{"plan_id", plan}});

  CHECK(result["kind"] == "plan_expired");
  CHECK(f.hosting.writes().empty());
}

TEST_CASE("a second application is a conflict that names the first operation", "[broker][plan]") {
  BrokerBench f;
  const std::string plan = f.plan_halt();
  const Json first = f.halt({{"plan_id", plan}});
  f.hosting.change([&](FakeWorld& world) { world.machines[f.shop].vps.state = VpsState::Running; });

  const Json second = f.halt({{"plan_id", plan}});

  CHECK(second["kind"] == "conflict");
  CHECK(second["changed"] == false);
  CHECK(second["operation_id"] == first["operation_id"]);
  CHECK(f.halts() == 1);
}

TEST_CASE("of many applications of one plan at a time one acts", "[broker][plan]") {
  BrokerBench f;
  const std::string plan = f.plan_halt();
  std::vector<Json> results(4);
  {
    std::vector<std::jthread> callers;
    for (Json& result : results)
      callers.emplace_back([&f, &result, &plan] { result = f.halt({{"plan_id", plan}}); });
  }

  CHECK(f.halts() == 1);
  CHECK(std::ranges::count(results, Json(true), [](const Json& r) { return r["ok"]; }) == 1);
  for (const Json& result : results) {
    INFO(result);
    CHECK((result["ok"] == true || result["kind"] == "conflict" || result["kind"] == "locked" ||
           result["kind"] == "plan_stale"));
  }
}

TEST_CASE("what another operation works on is locked, and the operation is named",
          "[broker][plan]") {
  BrokerBench f;
  const VpsId other =
      f.hosting.add_vps({.id = {}, .hostname = "blog.example.net", .state = VpsState::Running});
  const Reply first = f.begin_long_halt();
  f.hosting.change([&](FakeWorld& world) { world.machines[f.shop].vps.state = VpsState::Running; });

  const Json same = f.halt({{"plan_id", f.plan_halt()}});
  const Json elsewhere =
      f.halt({{"plan_id", string_member(f.halt({{"vps", other.value}}), "plan_id")},
              {"wait", "accepted"}});

  CHECK(same["kind"] == "locked");
  CHECK(same["operation_id"] == first.operation_id);
  CHECK(elsewhere["ok"] == true);
}

TEST_CASE("a plan that was read before another operation ended does not begin", "[broker][plan]") {
  /// Lets another call do all of its work once this one has read.
  class Overtaken final : public Progress {
   public:
    explicit Overtaken(std::function<void()> other) : other_(std::move(other)) {}
    void report(double, double, const std::string&) override {
      std::exchange(other_, [] {})();
    }

   private:
    std::function<void()> other_;
  };
  BrokerBench f;
  const std::string plan = f.plan_halt();
  const std::string other_plan = f.plan_halt();
  Overtaken overtaken([&] {
    REQUIRE(f.halt({{"plan_id", other_plan}})["changed"] == true);
    f.hosting.change(
        [&](FakeWorld& world) { world.machines[f.shop].vps.state = VpsState::Running; });
  });

  const Json result = f.halt({{"plan_id", plan}}, {.progress = &overtaken});

  CHECK(result["kind"] == "plan_stale");
  CHECK(result["changed"] == false);
  CHECK(f.halts() == 1);
  CHECK(f.halt({{"plan_id", f.plan_halt()}})["changed"] == true);
}

TEST_CASE("a call that does not wait is told how to", "[broker][plan]") {
  BrokerBench f;
  f.hosting.set_actions_end(ActionsEnd::WhenTold);
  const std::string plan = f.plan_halt();

  const Json result = f.halt({{"plan_id", plan}, {"wait", "accepted"}});

  CHECK(result["ok"] == true);
  CHECK(result["changed"].is_null());
  CHECK(result["next"][0]["tool"] == "wait-for-operation");
  CHECK(result["next"][0]["arguments"]["operation_id"] == result["operation_id"]);
}

TEST_CASE("a call whose time is over while its operation runs answers that it runs",
          "[broker][plan]") {
  BrokerBench f;
  const Reply begun = f.begin_long_halt();
  NoProgress progress;

  const TimePoint soon = f.clock.now() + std::chrono::milliseconds(50);
  const Json result =
      result_object(f.replies.wait(begun, {.stop = {}, .deadline = soon}, progress));

  CHECK(result["ok"] == true);
  CHECK(result["changed"].is_null());
  CHECK(result["operation_id"] == begun.operation_id);
}

TEST_CASE("a call that is cancelled while it waits leaves its operation alone", "[broker][plan]") {
  BrokerBench f;
  const Reply begun = f.begin_long_halt();
  std::stop_source gone;
  gone.request_stop();
  NoProgress progress;
  const TimePoint later = f.clock.now() + std::chrono::seconds(20);

  const Reply left = f.replies.wait(begun, {.stop = gone.get_token(), .deadline = later}, progress);
  f.end_halt();
  const Reply ended = f.replies.wait(begun, {.stop = {}, .deadline = later}, progress);

  CHECK(result_object(left)["changed"].is_null());
  CHECK(result_object(ended)["changed"] == true);
}

TEST_CASE("a lost answer is an operation of unknown outcome", "[broker][plan]") {
  BrokerBench f;
  const std::string plan = f.plan_halt();
  f.hosting.lose_answer_of("stop_vps");

  const Json result = f.halt({{"plan_id", plan}});

  CHECK((result["kind"] == "timeout_unknown" || result["kind"] == "unknown"));
  CHECK(result["changed"].is_null());
  CHECK(!string_member(result, "operation_id").empty());
  CHECK(f.halts() == 1);
}

TEST_CASE("the audit of an applied plan ends with its operation", "[broker][plan]") {
  BrokerBench f;
  const std::string plan = f.plan_halt();

  const Json result = f.halt({{"plan_id", plan}});

  CHECK(f.audit.begun().back().plan_id == plan);
  const AuditOutcome end = f.audit.ended().back();
  CHECK(end.operation_id == result["operation_id"]);
  CHECK(end.changed == true);
  CHECK(!end.failure);
}

TEST_CASE("a world that is as wanted needs no plan", "[broker][plan]") {
  BrokerBench f;
  f.hosting.change([&](FakeWorld& world) { world.machines[f.shop].vps.state = VpsState::Stopped; });

  const Json result = f.halt({{"vps", f.shop.value}});

  CHECK(result["ok"] == true);
  CHECK(result["changed"] == false);
  CHECK(!result.contains("plan_id"));
}

TEST_CASE("a plan of before a policy that withdraws the grant is not applied", "[broker][plan]") {
  BrokerBench f;
  f.grant({profile_with("allow")});
  const std::string plan = f.plan_halt();
  Json reader = profile_with("allow");
  reader["grants"][0]["effects"] = {{"read", "allow"}};
  f.grant({reader});

  const Reply reply = f.call("executor-codex", kHaltTool, {{"plan_id", plan}});

  CHECK(std::holds_alternative<UnknownTool>(reply.outcome));
  CHECK(f.hosting.writes().empty());
}

TEST_CASE("a write tool acts at once, and only shows its plan in a dry run", "[broker][plan]") {
  BrokerBench f;
  f.hosting.change([&](FakeWorld& world) { world.machines[f.shop].vps.state = VpsState::Stopped; });

  const Json dry =
      f.result("executor-codex", "start-vps", {{"vps", f.shop.value}, {"dry_run", true}});
  CHECK(f.hosting.writes().empty());
  const Json real = f.result("executor-codex", "start-vps", {{"vps", f.shop.value}});

  CHECK(dry["ok"] == true);
  CHECK(dry["changed"] == false);
  CHECK(dry["data"].contains("effects"));
  CHECK(!dry.contains("plan_id"));
  CHECK(real["changed"] == true);
  CHECK(f.hosting.calls("start_vps").size() == 1);
}
