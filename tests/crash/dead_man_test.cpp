// A firewall that locks this server out comes off again, also where the server dies meanwhile.
#include <catch2/catch.hpp>
#include <chrono>

#include "tests/crash/runbooks.h"

using namespace tier0;

namespace {

CrashRig locked_out_rig() {
  Rehearsed row = rehearsed_runbook("enable-firewall");
  row.fault = {{"kind", "locks-out"}, {"operation", "VPS_activateFirewallV1"}};
  return CrashRig(row);
}

void check_taken_off(const Ending& end) {
  INFO(end.reply);
  CHECK(end.reply["ok"] == false);
  CHECK(end.reply["summary"].get<std::string>().find("taken off again") != std::string::npos);
  CHECK(end.world["machines"][0]["firewall"].is_null());
  CHECK(end.lets_us_in);
  CHECK(end.is_audit_whole);
}

}  // namespace

TEST_CASE("a firewall that lets nobody in is taken off within a minute", "[crash][dead-man]") {
  CrashRig rig = locked_out_rig();
  const auto began = std::chrono::steady_clock::now();

  const Ending end = rig.run({});

  check_taken_off(end);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(60));
}

TEST_CASE("a firewall that lets nobody in is taken off by the next server, too",
          "[crash][dead-man]") {
  CrashRig rig = locked_out_rig();

  const Ending end = rig.run({"after:11"});  // the activation is sent

  CHECK(end.kills == 1);
  check_taken_off(end);
}
