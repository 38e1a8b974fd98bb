#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

namespace {

/// A host with one unit, whose state its tests change.
struct UnitAtWork {
  explicit UnitAtWork(const std::string& state = "active") {
    run.configure_host(shop, "shop");
    is(state);
    for (const char* action : {"start", "stop", "restart", "reload"})
      run.ssh.answer("shop", {"sudo", "-n", "systemctl", action}, "");
  }
  void is(const std::string& state) {
    run.ssh.answer("shop", {"systemctl", "is-active"}, state + "\n", state == "active" ? 0 : 3);
  }
  Json args(const char* action, const char* unit = "nginx.service") const {
    return {{"vps", shop.value}, {"unit", unit}, {"action", action}};
  }
  std::size_t sent(const std::string& action) const {
    const auto lines = run.ssh.ran_lines();
    return static_cast<std::size_t>(
        std::ranges::count(lines, "sudo -n systemctl " + action + " -- nginx.service"));
  }

  ToolRun run;
  VpsId shop = run.add_vps("shop.example.net");
};

}  // namespace

TEST_CASE("control-service restarts a unit and proves that it stays up",
          "[tools][control-service]") {
  UnitAtWork at;

  const auto done = at.run.call("control-service", at.args("restart"));

  REQUIRE(done);
  CHECK(done->data["state"] == "active");
  CHECK(done->evidence[0]["result"] == "active");
  CHECK(at.sent("restart") == 1);
}

TEST_CASE("control-service plans without touching the unit", "[tools][control-service]") {
  UnitAtWork at;

  const auto planned = at.run.plan("control-service", at.args("stop"));

  REQUIRE(planned);
  CHECK(planned->observed["state"] == "active");
  CHECK(planned->rollback == "control-service start");
  CHECK(at.sent("stop") == 0);
}

TEST_CASE("control-service does nothing to a unit that is so already", "[tools][control-service]") {
  UnitAtWork at;

  const auto done = at.run.call("control-service", at.args("start"));

  REQUIRE(done);
  CHECK(done->changed == false);
  CHECK(at.sent("start") == 0);
}

TEST_CASE("control-service never stops what SSH needs", "[tools][control-service]") {
  UnitAtWork at;
  for (const char* unit : {"ssh", "ssh.service", "sshd.service", "ssh.socket", "networking"}) {
    INFO(unit);
    CHECK(at.run.call("control-service", at.args("stop", unit)).error().code == Code::Validation);
  }
}

TEST_CASE("control-service reports what systemctl said when it fails", "[tools][control-service]") {
  UnitAtWork at("inactive");
  CommandOutput refused;
  refused.exit_code = 5;
  refused.err = "Unit nginx.service not found.";
  at.run.ssh.answer("shop", {"sudo", "-n", "systemctl", "start"}, refused);

  const auto done = at.run.call("control-service", at.args("start"));

  REQUIRE(!done);
  CHECK(done.error().code == Code::CommandFailed);
  CHECK(done.error().message.find("not found") != std::string::npos);
}

TEST_CASE("control-service fails where the unit dies right after its start",
          "[tools][control-service]") {
  UnitAtWork at("active");
  at.run.clock.on_wait = [&at] { at.is("failed"); };

  const auto done = at.run.call("control-service", at.args("restart"));

  REQUIRE(!done);
  CHECK(done.error().code == Code::Partial);
  CHECK(done.error().message.find("failed") != std::string::npos);
}

TEST_CASE("control-service waits while the unit is activating", "[tools][control-service]") {
  UnitAtWork at("activating");
  at.run.clock.on_wait = [&at] { at.is("active"); };

  CHECK(at.run.call("control-service", at.args("restart")));
}

TEST_CASE("control-service whose host dies in the middle is unknown and not sent again",
          "[tools][control-service]") {
  UnitAtWork at("active");
  at.run.ssh.lose_answer_of("shop", {"sudo"});

  const auto done = at.run.call("control-service", at.args("restart"));

  REQUIRE(!done);
  CHECK(done.error().code == Code::TimeoutUnknown);
  CHECK(at.sent("restart") == 1);
}

TEST_CASE("control-service believes the state where the answer to a stop is lost",
          "[tools][control-service]") {
  UnitAtWork at("active");
  at.run.ssh.lose_answer_of("shop", {"sudo"});
  at.run.clock.on_wait = [&at] { at.is("inactive"); };

  const auto done = at.run.call("control-service", at.args("stop"));

  REQUIRE(done);
  CHECK(done->data["state"] == "inactive");
  CHECK(at.sent("stop") == 1);
}

TEST_CASE("control-service refuses a VPS without a host", "[tools][control-service]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");

  CHECK(run.call("control-service", {{"vps", shop.value}, {"unit", "nginx"}, {"action", "restart"}})
            .error()
            .code == Code::NotConfigured);
}

TEST_CASE("control-service is refused where the grants give no SSH", "[tools][control-service]") {
  UnitAtWork at;
  at.run.ssh.fail_host("shop", Code::NotPermitted);

  CHECK(at.run.call("control-service", at.args("restart")).error().code == Code::NotPermitted);
}
