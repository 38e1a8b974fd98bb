#include <catch2/catch.hpp>

#include "server/sandbox/firewall_rules.h"
#include "server/sandbox/ssh_side.h"
#include "tests/sandbox/stage.h"

using namespace tier0;
using namespace tier0::sandbox;

namespace {

const std::string kFirewalls = "/api/vps/v1/firewall";

struct Attached {
  std::string path;      // of the firewall
  std::string activate;  // and what to call on the machine
  std::string sync;
};

Attached paths(TestStage& stage, Id firewall) {
  const std::string path = kFirewalls + "/" + std::to_string(firewall);
  const std::string vm = std::to_string(stage.vm().id);
  return {path, path + "/activate/" + vm, path + "/sync/" + vm};
}

bool answers(TestStage& stage) {
  return host_state(stage.world(), stage.vm(), stage.now()).answers_ssh;
}

Json rule(std::string_view port, std::string_view from) {
  return {{"protocol", "TCP"},
          {"port", port},
          {"source", from == "any" ? "any" : "custom"},
          {"source_detail", from}};
}

}  // namespace

TEST_CASE("A firewall without port 22 shuts SSH out, and deactivating it lets SSH in again",
          "[sandbox][firewall]") {
  TestStage stage;
  const Attached at = paths(stage, stage.firewall({"443"}));
  REQUIRE(answers(stage));

  stage.send("POST", at.activate);
  stage.settle();
  CHECK(!answers(stage));
  CHECK(!lets_clients_in(stage.world(), stage.vm(), 22));
  CHECK(lets_clients_in(stage.world(), stage.vm(), 443));
  CHECK(stage.get(stage.vm_path()).body.at("firewall_group_id") ==
        stage.account().firewalls.front().id);

  stage.send("POST", at.path + "/deactivate/" + std::to_string(stage.vm().id));
  stage.settle();
  CHECK(answers(stage));
  CHECK(stage.get(stage.vm_path()).body.at("firewall_group_id").is_null());
}

TEST_CASE("A changed rule does nothing until a sync", "[sandbox][firewall]") {
  TestStage stage;
  const Attached at = paths(stage, stage.firewall({"22"}));
  stage.send("POST", at.activate);
  stage.settle();
  stage.send("POST", at.sync);
  stage.settle();
  REQUIRE(stage.get(at.path).body.at("is_synced") == true);

  stage.send("POST", at.path + "/rules", rule("443", "any"));
  CHECK(stage.get(at.path).body.at("is_synced") == false);
  CHECK(!lets_clients_in(stage.world(), stage.vm(), 443));
  stage.send("POST", at.sync);
  stage.settle();

  CHECK(lets_clients_in(stage.world(), stage.vm(), 443));
  CHECK(stage.get(at.path).body.at("is_synced") == true);
}

TEST_CASE("A rule that changes during a sync leaves the group unsynced", "[sandbox][firewall]") {
  TestStage stage;
  const Attached at = paths(stage, stage.firewall({"22"}));
  stage.send("POST", at.activate);
  stage.settle();

  stage.send("POST", at.sync);
  stage.settle();
  stage.send("POST", at.path + "/rules", rule("80", "any"));

  CHECK(stage.get(at.path).body.at("is_synced") == false);
}

TEST_CASE("Deleting a firewall leaves its machines open", "[sandbox][firewall]") {
  TestStage stage;
  const Attached at = paths(stage, stage.firewall({"443"}));
  stage.send("POST", at.activate);
  stage.settle();
  REQUIRE(!answers(stage));

  CHECK(stage.send("DELETE", at.path).body == Json{{"message", "Request accepted"}});

  CHECK(answers(stage));
  CHECK(stage.get(at.path).status == 404);
}

TEST_CASE("A firewall activates on a running machine only", "[sandbox][firewall][quirks]") {
  TestStage stage;
  const Attached at = paths(stage, stage.firewall({"22"}));
  stage.vm().state = "stopped";

  CHECK(stage.send("POST", at.activate).status == 422);
  stage.quirk("activation-needs-running", false);
  CHECK(stage.send("POST", at.activate).status == 200);
}

TEST_CASE("Replacing all rules can sync in the same call", "[sandbox][firewall]") {
  TestStage stage;
  const Attached at = paths(stage, stage.firewall({"22"}));
  stage.send("POST", at.activate);
  stage.settle();

  const auto reply =
      stage.send("PUT", at.path + "/rules",
                 {{"rules", {rule("443", "any"), rule("22", "any")}}, {"sync", true}});
  REQUIRE(reply.status == 200);
  CHECK(reply.body.at("is_synced") == false);
  stage.settle();

  CHECK(stage.get(at.path).body.at("is_synced") == true);
  CHECK(stage.get(at.path).body.at("rules").size() == 2);
  CHECK(lets_clients_in(stage.world(), stage.vm(), 443));
}

TEST_CASE("Syncing a group reaches every machine of it", "[sandbox][firewall]") {
  TestStage stage;
  const Attached at = paths(stage, stage.firewall({"22"}));
  stage.send("POST", at.activate);
  stage.settle();

  CHECK(stage.send("POST", at.path + "/sync").status == 200);
  stage.settle();

  CHECK(stage.get(at.path).body.at("is_synced") == true);
}

TEST_CASE("Without the newer endpoints replace-all and sync-all are unknown routes",
          "[sandbox][firewall][quirks]") {
  TestStage stage;
  const Attached at = paths(stage, stage.firewall({"22"}));
  stage.quirk("new-firewall-endpoints", false);

  const auto reply = stage.send("PUT", at.path + "/rules", {{"rules", Json::array()}});

  CHECK(reply.status == 404);
  CHECK(reply.body.at("message") == "[VPS:2002] Route is not found.");
  CHECK(stage.send("POST", at.path + "/sync").status == 404);
  CHECK(stage.get(at.path).body.at("rules").size() == 1);
}

TEST_CASE("A wrong rule in a list is named by its place", "[sandbox][firewall]") {
  TestStage stage;
  const Attached at = paths(stage, stage.firewall({}));

  const auto reply =
      stage.send("PUT", at.path + "/rules", {{"rules", {rule("22", "any"), rule("99999", "any")}}});

  CHECK(reply.status == 422);
  CHECK(reply.body.at("errors").contains("rules.1.port"));
}

TEST_CASE("A rule is checked field by field", "[sandbox][firewall]") {
  TestStage stage;
  const Attached at = paths(stage, stage.firewall({}));
  Json wrong = rule("22", "any");
  const std::string field = GENERATE("protocol", "port", "source", "source_detail");
  wrong[field] = "nonsense";

  const auto reply = stage.send("POST", at.path + "/rules", wrong);

  CHECK(reply.status == 422);
  CHECK(reply.body.at("errors").contains(field));
}

TEST_CASE("A set of rules accepts what it names and nothing else", "[sandbox][firewall]") {
  struct Row {
    FirewallRule rule;
    int port;
    const char* from;
    bool accepted;
  };
  const auto rule_of = [](const char* protocol, const char* port, const char* from) {
    return FirewallRule{
        .protocol = protocol, .port = port, .source = "custom", .source_detail = from};
  };
  const Row row = GENERATE_COPY(
      Row{rule_of("TCP", "22", "198.51.100.0/24"), 22, "198.51.100.9", true},
      Row{rule_of("TCP", "22", "198.51.100.0/24"), 22, "198.51.101.9", false},
      Row{rule_of("TCP", "20:25", "198.51.100.9"), 22, "198.51.100.9", true},
      Row{rule_of("TCP", "23:25", "198.51.100.9"), 22, "198.51.100.9", false},
      Row{rule_of("UDP", "22", "198.51.100.9"), 22, "198.51.100.9", false},
      Row{rule_of("SSH", "22", "198.51.100.1-198.51.100.20"), 22, "198.51.100.9", true},
      Row{rule_of("SSH", "22", "198.51.100.1-198.51.100.8"), 22, "198.51.100.9", false},
      Row{rule_of("any", "any", "2001:db8::/32"), 22, "2001:db8::7", true},
      Row{rule_of("any", "any", "2001:db8::/32"), 22, "198.51.100.9", false},
      Row{rule_of("HTTPS", "443", "198.51.100.9"), 22, "198.51.100.9", false});
  INFO(row.rule.protocol << " " << row.rule.port << " from " << row.rule.source_detail);

  CHECK(accepts(std::vector{row.rule}, row.port, row.from) == row.accepted);
}
