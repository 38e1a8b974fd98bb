#include <catch2/catch.hpp>

#include "tests/broker/bench.h"

using namespace tier0;

namespace {

Json wait_for(BrokerBench& f, const std::string& operation,
              const std::string& agent = "executor-codex") {
  return f.result(agent, "wait-for-operation", {{"operation_id", operation}});
}

}  // namespace

TEST_CASE("waiting for an operation answers as its call would have", "[broker][wait]") {
  BrokerBench f;
  const std::string plan = f.plan_halt();
  const Json first = f.halt({{"plan_id", plan}});

  const Json waited = wait_for(f, string_member(first, "operation_id"));

  CHECK(waited == first);
}

TEST_CASE("waiting for an operation that runs lasts until it ends", "[broker][wait]") {
  BrokerBench f;
  const Reply begun = f.begin_long_halt();
  const Reply waiting =
      f.begin("executor-codex", "wait-for-operation", {{"operation_id", begun.operation_id}});
  NoProgress progress;

  const Cancel soon{.stop = {}, .deadline = f.clock.now() + std::chrono::milliseconds(50)};
  const Json meanwhile = result_object(f.replies.wait(waiting, soon, progress));
  f.end_halt();
  const Json after = wait_for(f, begun.operation_id);

  CHECK(meanwhile["ok"] == true);
  CHECK(meanwhile["changed"].is_null());
  CHECK(after["changed"] == true);
}

TEST_CASE("waiting for an operation that failed fails as it did", "[broker][wait]") {
  BrokerBench f;
  const std::string plan = f.plan_halt();
  f.hosting.fail_next("stop_vps", Code::Upstream);
  const Json first = f.halt({{"plan_id", plan}});

  const Json waited = wait_for(f, string_member(first, "operation_id"));

  CHECK(waited["ok"] == false);
  CHECK(waited["kind"] == "upstream");
  CHECK(waited["changed"] == false);
}

TEST_CASE("another's operation and none at all are one answer", "[broker][wait]") {
  BrokerBench f;
  const Json first = f.halt({{"plan_id", f.plan_halt()}});

  const Json others = wait_for(f, string_member(first, "operation_id"), "director-gemini");
  const Json none = wait_for(f, "no-such-operation", "director-gemini");

  CHECK(others["kind"] == "not_found");
  CHECK(others["summary"] == none["summary"]);
  CHECK(others["hint"] == none["hint"]);
}
