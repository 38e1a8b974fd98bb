#include <catch2/catch.hpp>

#include "tests/broker/bench.h"

using namespace tier0;

TEST_CASE("an invisible tool and an unknown tool are one answer, and both are audited",
          "[broker]") {
  BrokerBench f;

  const Reply hidden = f.call("director-gemini", "start-vps", {{"vps", f.shop.value}});
  const Reply unknown = f.call("director-gemini", "stop-everything");

  CHECK(std::holds_alternative<UnknownTool>(hidden.outcome));
  CHECK(std::holds_alternative<UnknownTool>(unknown.outcome));
  CHECK(f.audit.refusals().size() == 2);
  CHECK(f.hosting.calls().empty());
}

TEST_CASE("a hidden tool does not even tell that its arguments are wrong", "[broker]") {
  BrokerBench f;

  CHECK(std::holds_alternative<UnknownTool>(
      f.call("director-gemini", "start-vps", {{"x", 1}}).outcome));
}

TEST_CASE("list and call agree for every tool and agent", "[broker]") {
  BrokerBench f;
  for (const char* agent : {"director-gemini", "executor-codex", "executor-approved", "nobody"}) {
    const auto visible = f.broker.visible_to({.id = agent}, f.everything);
    for (const Tool& tool : f.registry.all()) {
      INFO(agent << " " << tool.name);
      const bool listed = std::ranges::find(visible, &tool) != visible.end();
      const Reply reply = f.call(agent, tool.name, {{"no_such_argument", 1}});
      CHECK(listed == !std::holds_alternative<UnknownTool>(reply.outcome));
    }
  }
}

TEST_CASE("arguments that fail the schema never reach a tool", "[broker]") {
  BrokerBench f;

  const Reply reply = f.call("director-gemini", "get-vps", {{"vps", "1"}, {"force", true}});

  CHECK(code_of(reply) == Code::Validation);
  CHECK(f.hosting.calls().empty());
  CHECK(f.audit.refusals().size() == 1);
}

TEST_CASE("a call whose audit record cannot be written does not happen", "[broker]") {
  BrokerBench f;
  f.audit.fill();

  CHECK(code_of(f.call("executor-codex", "start-vps", {{"vps", f.shop.value}})) ==
        Code::AuditUnavailable);
  CHECK(code_of(f.call("director-gemini", "list-vps")) == Code::AuditUnavailable);
  CHECK(f.hosting.calls().empty());
}

TEST_CASE("a call is audited with its grant before and its outcome after", "[broker]") {
  BrokerBench f;

  f.call("executor-codex", "get-vps", {{"vps", "shop.example.net"}, {"include", Json::array()}});

  REQUIRE(f.audit.begun().size() == 1);
  CHECK(f.audit.begun()[0].decision.grant == "agents/executor-codex.yaml grant 1");
  CHECK(f.audit.begun()[0].targets ==
        Json::parse(R"([{"dimension":"vps","id":")" + f.shop.value + R"("}])"));
  REQUIRE(f.audit.ended().size() == 1);
  CHECK(!f.audit.ended()[0].failure);
}

TEST_CASE("a VPS is found by hostname and by its name in ssh.hosts", "[broker]") {
  BrokerBench f;
  for (const char* selector : {"shop.example.net", "shop"}) {
    const Reply reply =
        f.call("director-gemini", "get-vps", {{"vps", selector}, {"include", Json::array()}});
    INFO(selector);
    REQUIRE(!reply.is_error());
    CHECK(std::get<ToolOutput>(reply.outcome).data["vps"] == f.shop.value);
  }
}

TEST_CASE("an ambiguous name is refused with the candidates", "[broker]") {
  BrokerBench f;
  f.hosting.add_vps({.id = {}, .hostname = "shop.example.net", .state = VpsState::Stopped});

  const Reply reply = f.call("director-gemini", "get-vps", {{"vps", "shop.example.net"}});

  CHECK(code_of(reply) == Code::Validation);
  CHECK(std::get<Error>(reply.outcome).details.size() == 2);
}

TEST_CASE("a name that nothing has is not found", "[broker]") {
  BrokerBench f;

  CHECK(code_of(f.call("director-gemini", "get-vps", {{"vps", "ghost.example.net"}})) ==
        Code::NotFound);
}

TEST_CASE("grants without SSH get the rest of a joined answer", "[broker]") {
  BrokerBench f;
  f.ssh.add_host("shop");

  const Reply reply = f.call("director-gemini", "get-vps", {{"vps", f.shop.value}});

  REQUIRE(!reply.is_error());
  CHECK(std::get<ToolOutput>(reply.outcome).data["ssh"]["kind"] == "not_permitted");
  CHECK(f.ssh.ran().empty());
}

TEST_CASE("a tool that speaks SSH alone is unknown to an agent without SSH", "[broker]") {
  BrokerBench f;

  CHECK(std::holds_alternative<UnknownTool>(
      f.call("director-gemini", "run-diagnostic", {{"vps", f.shop.value}, {"probe", "disk"}})
          .outcome));
}

TEST_CASE("a failing provider is a failed call with a correlation id that the audit has too",
          "[broker]") {
  BrokerBench f;
  f.hosting.fail_next("list_vps", Code::Upstream);

  const Reply reply = f.call("director-gemini", "list-vps");
  const Json result = result_object(reply);

  CHECK(result["kind"] == "upstream");
  CHECK(result["correlation_id"] == f.audit.begun().at(0).call.value);
  CHECK(f.audit.ended().at(0).failure == Code::Upstream);
}

TEST_CASE("a lost answer leaves changed unknown in the result", "[broker]") {
  BrokerBench f;
  f.hosting.change([&](FakeWorld& world) { world.machines[f.shop].vps.state = VpsState::Stopped; });
  f.hosting.fail_next("start_vps", Code::TimeoutUnknown);

  const Json result = f.result("executor-codex", "start-vps", {{"vps", f.shop.value}});

  CHECK(result["kind"] == "timeout_unknown");
  CHECK(result["changed"].is_null());
}

TEST_CASE("a cancelled call ends as cancelled", "[broker][cancel]") {
  BrokerBench f;
  f.stop.request_stop();

  CHECK(code_of(f.call("director-gemini", "list-vps")) == Code::Cancelled);
}

TEST_CASE("the text of a result carries the summary and the data, bounded", "[broker]") {
  Json result = {
      {"ok", true}, {"summary", "many"}, {"data", {{"items", std::string(20'000, 'x')}}}};

  const std::string text = result_text(result);

  CHECK(text.starts_with("many\n"));
  CHECK(text.size() <= 8 * 1024);
}
