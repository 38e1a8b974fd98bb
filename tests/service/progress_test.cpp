#include "tests/service/wire.h"

using namespace tier0;

TEST_CASE("a client that asked for it hears of the steps of its operation", "[service]") {
  WireBench bench({"owner"});
  bench.f.grant({profile_with("allow")});
  bench.f.hosting.set_actions_end(ActionsEnd::WhenTold);
  const std::string plan = bench.f.plan_halt();
  WireClient client(bench, "2025-11-25", Json::object());

  const std::vector<Json> messages = client.watch(plan, [&] {
    const TimePoint end = bench.f.clock.now() + std::chrono::seconds(20);
    while (bench.f.halts() == 0 && bench.f.clock.now() < end)
      bench.f.clock.wait_until(bench.f.clock.now() + std::chrono::milliseconds(2), {});
    bench.f.end_halt();
  });

  REQUIRE(messages.size() >= 2);
  CHECK(messages[0]["method"] == "notifications/progress");
  CHECK(messages[0]["params"]["progressToken"] == "p");
  CHECK(messages.back()["result"]["structuredContent"]["changed"] == true);
}
