#include <catch2/catch.hpp>

#include "server/sandbox/ssh_side.h"
#include "tests/sandbox/stage.h"

using namespace tier0;
using namespace tier0::sandbox;

namespace {

std::string action_state(TestStage& stage, const Json& action) {
  return stage.get(stage.vm_path() + "/actions/" + std::to_string(action.at("id").get<Id>()))
      .body.at("state");
}

}  // namespace

TEST_CASE("A restart goes through created, sent and success, and the machine through its states",
          "[sandbox][power]") {
  TestStage stage;

  const auto reply = stage.send("POST", stage.vm_path() + "/restart");
  CHECK(reply.status == 200);
  CHECK(reply.body.at("state") == "created");
  CHECK(reply.body.at("name") == "ct_restart");
  stage.pass(2);
  CHECK(action_state(stage, reply.body) == "sent");
  CHECK(stage.get(stage.vm_path()).body.at("state") == "stopping");
  CHECK(stage.get(stage.vm_path()).body.at("actions_lock") == "locked");
  stage.pass(25);
  CHECK(stage.get(stage.vm_path()).body.at("state") == "starting");
  stage.pass(20);

  CHECK(action_state(stage, reply.body) == "success");
  CHECK(stage.get(stage.vm_path()).body.at("state") == "running");
  CHECK(stage.get(stage.vm_path()).body.at("actions_lock") == "unlocked");
}

TEST_CASE("A stopped machine answers no SSH until it was started and has booted",
          "[sandbox][power]") {
  TestStage stage;
  REQUIRE(host_state(stage.world(), stage.vm(), stage.now()).answers_ssh);

  stage.send("POST", stage.vm_path() + "/stop");
  stage.pass(2);
  CHECK(!host_state(stage.world(), stage.vm(), stage.now()).answers_ssh);
  stage.settle();
  CHECK(stage.vm().state == "stopped");
  stage.send("POST", stage.vm_path() + "/start");
  stage.pass(26);
  CHECK(stage.vm().state == "running");
  CHECK(!host_state(stage.world(), stage.vm(), stage.now()).answers_ssh);
  stage.pass(10);

  CHECK(host_state(stage.world(), stage.vm(), stage.now()).answers_ssh);
}

TEST_CASE("Starting a running machine succeeds at once and locks nothing", "[sandbox][power]") {
  TestStage stage;

  const auto reply = stage.send("POST", stage.vm_path() + "/start");

  CHECK(reply.status == 200);
  CHECK(reply.body.at("state") == "success");
  CHECK(stage.vm().busy_with == 0);
}

TEST_CASE("A restart starts a stopped machine", "[sandbox][power]") {
  TestStage stage;
  stage.vm().state = "stopped";

  stage.send("POST", stage.vm_path() + "/restart");
  stage.settle();

  CHECK(stage.vm().state == "running");
}

TEST_CASE("A mutation on a locked machine is refused by the lock", "[sandbox][power]") {
  TestStage stage;
  stage.send("POST", stage.vm_path() + "/restart");

  const auto second = stage.send("POST", stage.vm_path() + "/stop");

  CHECK(second.status == 422);
  CHECK(second.body.at("message").get<std::string>().starts_with("[VPS:2004]"));
  CHECK(!second.body.contains("errors"));
  CHECK(second.answer.effect == "refused");
}

TEST_CASE("The refusal by the lock can be a conflict", "[sandbox][power][quirks]") {
  TestStage stage;
  stage.quirk("locked-409", true);
  stage.send("POST", stage.vm_path() + "/restart");

  CHECK(stage.send("POST", stage.vm_path() + "/stop").status == 409);
}

TEST_CASE("A call on a locked machine can be queued and runs when the first is over",
          "[sandbox][power][quirks]") {
  TestStage stage;
  stage.quirk("locked-queues", true);
  stage.send("POST", stage.vm_path() + "/restart");

  const auto second = stage.send("POST", stage.vm_path() + "/stop");
  CHECK(second.body.at("state") == "delayed");
  stage.pass(40.5);
  CHECK(stage.vm().state == "running");
  stage.settle();

  CHECK(action_state(stage, second.body) == "success");
  CHECK(stage.vm().state == "stopped");
}

TEST_CASE("Each state refuses what it does not allow", "[sandbox][power]") {
  struct Row {
    const char* state;
    const char* method;
    const char* call;
    int status;
  };
  const Row row = GENERATE(
      Row{"initial", "POST", "/start", 422}, Row{"suspended", "POST", "/start", 422},
      Row{"recovery", "POST", "/restart", 422}, Row{"error", "POST", "/stop", 422},
      Row{"stopped", "POST", "/monarx", 422}, Row{"running", "DELETE", "/recovery", 422},
      Row{"recovery", "DELETE", "/recovery", 200}, Row{"stopped", "POST", "/snapshot", 200},
      Row{"error", "POST", "/snapshot", 422}, Row{"creating", "POST", "/restart", 422});
  INFO(row.state << " " << row.method << " " << row.call);
  TestStage stage;
  stage.vm().state = row.state;

  CHECK(stage.send(row.method, stage.vm_path() + row.call).status == row.status);
}

TEST_CASE("Recovery answers SSH with another host key and the rescue password",
          "[sandbox][power]") {
  TestStage stage;
  const HostState before = host_state(stage.world(), stage.vm(), stage.now());

  const auto reply =
      stage.send("POST", stage.vm_path() + "/recovery", {{"root_password", "Rescue-Me-Now-1"}});
  REQUIRE(reply.status == 200);
  stage.settle();
  const HostState rescue = host_state(stage.world(), stage.vm(), stage.now());

  CHECK(rescue.power == Power::Rescue);
  CHECK(rescue.answers_ssh);
  CHECK(rescue.rescue_password == "Rescue-Me-Now-1");
  CHECK(rescue.host_key_seed != before.host_key_seed);
  CHECK(rescue.disk == before.disk);

  stage.send("DELETE", stage.vm_path() + "/recovery");
  stage.settle();
  const HostState after = host_state(stage.world(), stage.vm(), stage.now());
  CHECK(after.power == Power::On);
  CHECK(after.host_key_seed == before.host_key_seed);
  CHECK(after.rescue_password.empty());
}

TEST_CASE("The time scale divides how long an action takes", "[sandbox][power]") {
  TestStage stage({.time_scale = 60, .requests_per_minute = 0});

  stage.send("POST", stage.vm_path() + "/restart");
  stage.pass(0.5);
  CHECK(stage.vm().busy_with != 0);
  stage.pass(0.3);

  CHECK(stage.vm().busy_with == 0);
}
