#include <catch2/catch.hpp>

#include "tests/sandbox/stage.h"

using namespace tier0;
using namespace tier0::sandbox;

namespace {

Json restart_fault(const Json& rest) {
  Json fault = {{"operation", "VPS_restartVirtualMachineV1"}};
  fault.update(rest);
  return fault;
}

}  // namespace

TEST_CASE("A drop before the effect changes nothing", "[sandbox][faults]") {
  TestStage stage;
  stage.fault(restart_fault({{"kind", "drop"}}));

  const auto reply = stage.send("POST", stage.vm_path() + "/restart");

  CHECK(reply.answer.response.delivery == Delivery::Drop);
  CHECK(reply.answer.effect == "none");
  CHECK(stage.vm().actions.empty());
}

TEST_CASE("A drop after the effect leaves the action running", "[sandbox][faults]") {
  TestStage stage;
  stage.fault(restart_fault({{"kind", "drop"}, {"when", "after"}}));

  const auto reply = stage.send("POST", stage.vm_path() + "/restart");

  CHECK(reply.answer.response.delivery == Delivery::Drop);
  CHECK(reply.answer.effect == "applied");
  CHECK(stage.vm().busy_with != 0);
}

TEST_CASE("An error status after the effect tells of failure and does the work",
          "[sandbox][faults]") {
  TestStage stage;
  stage.fault(restart_fault({{"kind", "status"}, {"status", 502}, {"when", "after"}}));

  CHECK(stage.send("POST", stage.vm_path() + "/restart").status == 502);
  stage.settle();

  CHECK(stage.vm().actions.size() == 1);
}

TEST_CASE("A fault hits the calls it names and no others", "[sandbox][faults]") {
  TestStage stage;
  stage.fault({{"kind", "vps-9999"}, {"method", "GET"}, {"path", "/api/vps/v1/*/*"}, {"nth", 2}});

  CHECK(stage.get(stage.vm_path()).status == 200);
  CHECK(stage.get("/api/vps/v1/templates").status == 200);
  const auto hit = stage.get(stage.vm_path());
  CHECK(hit.status == 500);
  CHECK(hit.body.at("message").get<std::string>().starts_with("[VPS:9999]"));
  CHECK(stage.get(stage.vm_path()).status == 200);
}

TEST_CASE("A fault with a number of times wears out", "[sandbox][faults]") {
  TestStage stage;
  stage.fault({{"kind", "status"}, {"status", 503}, {"times", 2}});

  CHECK(stage.get(stage.vm_path()).status == 503);
  CHECK(stage.get(stage.vm_path()).status == 503);
  CHECK(stage.get(stage.vm_path()).status == 200);
}

TEST_CASE("A fault with a probability hits about that share of the calls", "[sandbox][faults]") {
  TestStage stage;
  stage.fault({{"kind", "status"}, {"probability", 0.5}});
  int hits = 0;

  for (int i = 0; i < 200; ++i) hits += stage.get(stage.vm_path()).status == 500 ? 1 : 0;

  CHECK(hits > 60);
  CHECK(hits < 140);
}

TEST_CASE("An action can end in error and leaves the machine as it was", "[sandbox][faults]") {
  TestStage stage;
  stage.fault(restart_fault({{"kind", "action-error"}}));

  stage.send("POST", stage.vm_path() + "/restart");
  stage.settle();

  CHECK(stage.vm().actions.back().state == "error");
  CHECK(stage.vm().state == "running");
  CHECK(stage.vm().busy_with == 0);
}

TEST_CASE("A restore that fails leaves the machine stopped", "[sandbox][faults]") {
  TestStage stage;
  stage.fault({{"kind", "action-error"}});
  const Id backup = stage.vm().backups.back().id;

  stage.send("POST", stage.vm_path() + "/backups/" + std::to_string(backup) + "/restore");
  stage.settle();

  CHECK(stage.vm().state == "stopped");
}

TEST_CASE("An action can never end", "[sandbox][faults]") {
  TestStage stage;
  stage.fault(restart_fault({{"kind", "action-never"}}));

  stage.send("POST", stage.vm_path() + "/restart");
  stage.pass(100'000);

  CHECK(stage.vm().actions.back().state == "sent");
  CHECK(stage.get(stage.vm_path()).body.at("actions_lock") == "locked");
}

TEST_CASE("A machine can end in error", "[sandbox][faults]") {
  TestStage stage;
  stage.fault(restart_fault({{"kind", "vm-error"}}));

  stage.send("POST", stage.vm_path() + "/restart");
  stage.settle();

  CHECK(stage.vm().state == "error");
}

TEST_CASE("A firewall can fail ever to be synced", "[sandbox][faults]") {
  TestStage stage;
  const std::string path = "/api/vps/v1/firewall/" + std::to_string(stage.firewall({"22"}));
  const std::string vm = std::to_string(stage.vm().id);
  stage.fault({{"kind", "never-synced"}});
  stage.send("POST", path + "/activate/" + vm);
  stage.settle();

  stage.send("POST", path + "/sync/" + vm);
  stage.settle();

  CHECK(stage.get(path).body.at("is_synced") == false);
}

TEST_CASE("A restored machine can come back without any key", "[sandbox][faults]") {
  TestStage stage;
  stage.fault({{"kind", "restored-without-key"}});
  const Id backup = stage.vm().backups.back().id;

  stage.send("POST", stage.vm_path() + "/backups/" + std::to_string(backup) + "/restore");
  stage.settle();

  CHECK(authorized_keys(*stage.vm().disk, "root").empty());
}

TEST_CASE("A fault that makes no sense is refused with the member that is wrong",
          "[sandbox][faults]") {
  const Json fault =
      GENERATE(Json{{"kind", "explode"}}, Json{{"kind", "drop"}, {"when", "later"}},
               Json{{"kind", "drop"}, {"nth", 0}}, Json{{"kind", "drop"}, {"nht", 1}},
               Json{{"kind", "status"}, {"status", 99}}, Json{{"status", 500}});
  INFO(fault.dump());

  const auto parsed = fault_from_json(fault);

  REQUIRE(!parsed);
  CHECK(parsed.error().code == Code::Validation);
}

TEST_CASE("A pattern's star stays within a segment and two stars do not", "[sandbox][faults]") {
  CHECK(glob_matches("/api/*/v1", "/api/vps/v1"));
  CHECK(!glob_matches("/api/*", "/api/vps/v1"));
  CHECK(glob_matches("/api/**", "/api/vps/v1"));
  CHECK(glob_matches("**/restart", "/a/b/restart"));
  CHECK(!glob_matches("/api", "/api/x"));
}
