#include <catch2/catch.hpp>

#include "server/sandbox/ssh_side.h"
#include "tests/sandbox/stage.h"

using namespace tier0;
using namespace tier0::sandbox;

TEST_CASE("Setting the hostname restarts the machine and leaves the PTR record",
          "[sandbox][settings][quirks]") {
  TestStage stage;
  const Millis booted = stage.vm().booted;

  const auto reply =
      stage.send("PUT", stage.vm_path() + "/hostname", {{"hostname", "new.example.net"}});
  REQUIRE(reply.status == 200);
  stage.pass(46);
  CHECK(!host_state(stage.world(), stage.vm(), stage.now()).answers_ssh);
  stage.settle();

  CHECK(stage.vm().hostname == "new.example.net");
  CHECK(stage.vm().booted > booted);
  CHECK(stage.vm().ipv4.front().ptr == "web-1.example.net");
  CHECK(stage.vm().disk->files.at("/etc/hostname").content == "new.example.net\n");
}

TEST_CASE("A hostname that is no lower-case FQDN is refused", "[sandbox][settings]") {
  TestStage stage;
  const std::string name = GENERATE("shop", "Shop.example.net", "-a.example.net", "a..net");

  const auto reply = stage.send("PUT", stage.vm_path() + "/hostname", {{"hostname", name}});

  CHECK(reply.status == 422);
  CHECK(reply.body.at("errors").contains("hostname"));
}

TEST_CASE("A root password is held to length, mixture and symbol", "[sandbox][settings][quirks]") {
  struct Row {
    const char* password;
    int status;
  };
  const Row row =
      GENERATE(Row{"Short-1", 422}, Row{"alllowercase-1", 422}, Row{"NoDigitsHere-", 422},
               Row{"NoSymbolHere1", 422}, Row{"Good-Enough-1", 200});
  INFO(row.password);
  TestStage stage;

  CHECK(
      stage.send("PUT", stage.vm_path() + "/root-password", {{"password", row.password}}).status ==
      row.status);
}

TEST_CASE("A PTR record is set and deleted on an address of the machine", "[sandbox][settings]") {
  TestStage stage;
  const std::string path = stage.vm_path() + "/ptr/" + std::to_string(stage.vm().ipv4.front().id);

  stage.send("POST", path, {{"domain", "mail.example.net"}});
  stage.settle();
  CHECK(stage.vm().ipv4.front().ptr == "mail.example.net");
  stage.send("DELETE", path);
  stage.settle();
  CHECK(!stage.vm().ipv4.front().ptr);

  CHECK(stage.send("DELETE", stage.vm_path() + "/ptr/1").status == 404);
}

TEST_CASE("Monarx that is not installed is a refusal, not a count of zero",
          "[sandbox][monarx][quirks]") {
  TestStage stage;
  const std::string path = stage.vm_path() + "/monarx";

  const auto absent = stage.get(path);
  CHECK(absent.status == 422);
  CHECK(absent.body.at("message").get<std::string>().starts_with("[VPS:2042]"));
  stage.send("POST", path);
  stage.settle();

  CHECK(stage.get(path).body.at("malicious") == 0);
}

TEST_CASE("Metrics are the same each time, within the range, and no later than now",
          "[sandbox][metrics]") {
  TestStage stage;
  const std::map<std::string, std::string> range = {{"date_from", "2026-11-17T00:00:00Z"},
                                                    {"date_to", "2027-01-01T00:00:00Z"}};

  const auto first = stage.get(stage.vm_path() + "/metrics", range);
  const auto again = stage.get(stage.vm_path() + "/metrics", range);

  REQUIRE(first.status == 200);
  CHECK(first.body == again.body);
  CHECK(first.body.at("disk_space").is_null());
  const Json& usage = first.body.at("cpu_usage").at("usage");
  REQUIRE(!usage.empty());
  for (const auto& [second, value] : usage.items()) {
    CHECK(std::stoll(second) * 1000 <= stage.now());
    CHECK(value.get<double>() <= 100);
  }
}

TEST_CASE("Metrics ask for both ends of the range", "[sandbox][metrics]") {
  TestStage stage;

  const auto reply = stage.get(stage.vm_path() + "/metrics", {{"date_from", "yesterday"}});

  CHECK(reply.status == 422);
  CHECK(reply.body.at("errors").contains("date_from"));
  CHECK(reply.body.at("errors").contains("date_to"));
}
