// How every runbook waits for the provider, shown with stop-vps.
#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

namespace {

/// A machine whose actions end as `end` after that many waits.
struct SlowStop {
  SlowStop(int waits, ActionState end) : left(waits) {
    run.hosting.set_actions_end(ActionsEnd::WhenTold);
    run.clock.on_wait = [this, end] {
      if (--left == 0) run.hosting.finish_actions(end);
    };
  }
  Result<ToolOutput> call() { return run.call("stop-vps", {{"vps", shop.value}}); }

  ToolRun run;
  int left;
  VpsId shop = run.add_vps("shop.example.net");
};

}  // namespace

TEST_CASE("a change is waited for while its action goes on", "[tools][wait]") {
  SlowStop slow(7, ActionState::Success);

  const auto stopped = slow.call();

  REQUIRE(stopped);
  CHECK(stopped->data["state"] == "stopped");
  CHECK(slow.run.hosting.calls("stop_vps").size() == 1);
  CHECK(slow.run.hosting.calls("get_action").size() >= 7);
}

TEST_CASE("a change whose action ends in error fails and names the action", "[tools][wait]") {
  SlowStop slow(2, ActionState::Error);

  const auto stopped = slow.call();

  REQUIRE(!stopped);
  CHECK(stopped.error().code == Code::Upstream);
  CHECK(stopped.error().message.find("ct_stop") != std::string::npos);
}

TEST_CASE("a change whose action stays delayed ends as unknown, sent once", "[tools][wait]") {
  SlowStop slow(-1, ActionState::Success);

  const auto stopped = slow.call();

  REQUIRE(!stopped);
  CHECK(stopped.error().code == Code::TimeoutUnknown);
  CHECK(slow.run.hosting.calls("stop_vps").size() == 1);
}

TEST_CASE("a change survives a provider that answers 500 to the polls", "[tools][wait]") {
  SlowStop slow(3, ActionState::Success);
  for (const char* read : {"get_action", "get_action", "get_action"})
    slow.run.hosting.fail_next(read, Code::Upstream);

  CHECK(slow.call());
}

TEST_CASE("a change goes on after a token was refused and renewed", "[tools][wait]") {
  SlowStop slow(3, ActionState::Success);
  slow.run.hosting.fail_next("get_action", Code::Auth);

  CHECK(slow.call());
}

TEST_CASE("a hollow answer is completed by the list of actions", "[tools][wait]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.hosting.answer_hollow("stop_vps");

  const auto stopped = run.call("stop-vps", {{"vps", shop.value}});

  REQUIRE(stopped);
  CHECK(stopped->data["action"] == run.hosting.machine(shop).actions.back().id.value);
}

TEST_CASE("a hollow answer without an action is believed when the effect shows", "[tools][wait]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.hosting.answer_hollow("stop_vps", FakeHosting::Trace::None);

  const auto stopped = run.call("stop-vps", {{"vps", shop.value}});

  REQUIRE(stopped);
  CHECK_FALSE(stopped->data.contains("action"));
}

TEST_CASE("a hollow answer without action and without visible effect is unknown", "[tools][wait]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.hosting.answer_hollow("restart_vps", FakeHosting::Trace::None);

  const auto rebooted = run.call("reboot-vps", {{"vps", shop.value}});

  REQUIRE(!rebooted);
  CHECK(rebooted.error().code == Code::Unknown);
}

TEST_CASE("an older action of the same kind is not taken for ours", "[tools][wait]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  REQUIRE(run.call("reboot-vps", {{"vps", shop.value}}));
  run.clock.advance(std::chrono::hours(1));
  run.hosting.fail_next("restart_vps", Code::TimeoutUnknown);

  const auto rebooted = run.call("reboot-vps", {{"vps", shop.value}});

  REQUIRE(!rebooted);
  CHECK(rebooted.error().code == Code::TimeoutUnknown);
}

TEST_CASE("a change that a dead process sent is found and not sent again", "[tools][wait]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");

  const auto rebooted =
      run.call_dying("reboot-vps", {{"vps", shop.value}}, "send-restart", ToolRun::Dies::After);

  REQUIRE(rebooted);
  CHECK(run.hosting.calls("restart_vps").size() == 1);
}

TEST_CASE("a change that a dead process did not send is sent", "[tools][wait]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");

  const auto rebooted =
      run.call_dying("reboot-vps", {{"vps", shop.value}}, "send-restart", ToolRun::Dies::Before);

  REQUIRE(rebooted);
  CHECK(run.hosting.calls("restart_vps").size() == 1);
}

TEST_CASE("a process that dies at any step leaves a runbook that can be ended", "[tools][wait]") {
  for (const char* tool : {"start-vps", "stop-vps", "reboot-vps", "create-snapshot"})
    for (const std::string& step : ToolRun::steps_of(tool))
      for (const auto when : {ToolRun::Dies::Before, ToolRun::Dies::After}) {
        INFO(tool << " at " << step << (when == ToolRun::Dies::Before ? " before" : " after"));
        ToolRun run;
        const VpsId vps =
            run.add_vps("vm.example.net",
                        std::string(tool) == "start-vps" ? VpsState::Stopped : VpsState::Running);
        CHECK(run.call_dying(tool, {{"vps", vps.value}}, step, when));
        CHECK(run.hosting.writes().size() == 1);
      }
}
