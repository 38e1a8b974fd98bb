// Host keys and machines as a person and an agent meet them, at a simulated provider.
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/e2e/product.h"

using namespace tier0;

namespace {

/// A real configuration whose one host is a simulated one.
struct RealHost {
  Product product;
  Running sandbox{{"sandbox", "--state", product.state() + "/provider"}};
  Json ready = sandbox.receive();
  Json host = ready["ssh"]["17923"];

  explicit RealHost(const std::string& host_key = "") {
    std::filesystem::create_directories(folder() + "/agents");
    const std::string key = host_key.empty() ? "" : ", host_key: \"" + host_key + "\"";
    std::ofstream(folder() + "/tier0.yaml")
        << "accounts:\n  main: {provider: hostinger, url: \"" << ready["api"].get<std::string>()
        << "\", token: \"env:SANDBOX_TOKEN\"}\nssh:\n  hosts:\n    web-1: {vps: \"17923\", "
           "address: "
           "127.0.0.1, port: "
        << host["port"] << key << "}\n";
    std::ofstream(folder() + "/agents/reader.yaml")
        << "agent: reader\ngrants:\n  - tools: [\"*\"]\n    effects: {read: allow}\n";
  }

  std::string folder() const { return product.state() + "/config"; }
  std::string config() const { return folder() + "/tier0.yaml"; }

  Finished pin(const std::vector<std::string>& more = {"--yes"}) const {
    std::vector<std::string> words = {"hosts", "pin", "web-1", "--config", config()};
    words.insert(words.end(), more.begin(), more.end());
    return product.run(words);
  }

  Json audited() const {
    const Finished listed = product.run({"audit", "list", "--tool", "hosts pin"});
    if (listed.err.find("nothing was ever recorded") != std::string::npos) return Json::array();
    return parse_json(listed.out)->at("items");
  }
};

}  // namespace

TEST_CASE("hosts pin shows a host's key, pins it and records who did", "[e2e][hosts]") {
  const RealHost real;

  const Finished asked = real.pin({});
  const Finished pinned = real.pin();
  const Finished again = real.pin();

  CHECK(asked.exit_code == 4);
  CHECK(pinned.exit_code == 0);
  CHECK(pinned.err.find(real.host["host_key"].get<std::string>()) != std::string::npos);
  CHECK(parse_json(pinned.out)->at("host_key") == real.host["host_key"]);
  CHECK(again.exit_code == 0);
  const Json records = real.audited();
  REQUIRE(records.size() == 2);
  CHECK(records[0]["principal"] == "person:owner");
  CHECK(records[0]["state"] == "done");
  CHECK(real.product.run({"audit", "verify"}).exit_code == 0);
}

TEST_CASE("hosts pin goes through the process that owns the state directory", "[e2e][hosts]") {
  const RealHost real;
  Running owner({"serve", "--stdio", "--agent", "reader", "--config", real.config(), "--state",
                 real.product.state()},
                {"SANDBOX_TOKEN=" + real.ready["token"].get<std::string>()});
  owner.send(legacy_request(1, "ping"));
  owner.answer_to(1);

  const Finished pinned = real.pin();
  owner.signal(SIGTERM);
  CHECK(owner.wait() == 0);

  CHECK(pinned.exit_code == 0);
  const Json records = real.audited();
  REQUIRE(records.size() == 1);
  CHECK(records[0]["principal"] == "person:owner");
  CHECK(real.product.run({"audit", "verify"}).exit_code == 0);
}

TEST_CASE("a host key in the configuration wins over what the host shows", "[e2e][hosts]") {
  const RealHost real("SHA256:uNiVztksCsDhcc0u9e8BrqXVxDczVjvVLgAHiTnDrJs");

  const Finished refused = real.pin();

  CHECK(refused.exit_code == 1);
  CHECK(refused.err.find("the configuration says") != std::string::npos);
  CHECK(real.audited().empty());
}

TEST_CASE("start-vps starts a stopped VM, and finds it running", "[e2e][start-vps]") {
  const Product product;
  const std::string fixture = product.state() + "/fixture.json";
  std::ofstream(fixture) << R"({"accounts": [{"name": "main", "vms": [)"
                            R"({"hostname": "db-1.example.net", "state": "stopped"}]}]})";
  Running server({"serve", "--stdio", "--sandbox", "--agent", "executor-codex", "--fixture",
                  fixture, "--time-scale", "1000", "--state", product.state() + "/state"});
  const auto call = [&server](int id, const std::string& tool, const Json& arguments) {
    server.send(modern_request(id, "tools/call", {{"name", tool}, {"arguments", arguments}}));
    return server.answer_to(id)["result"]["structuredContent"];
  };

  const Json before = call(1, "list-vps", Json::object())["data"]["items"][0];
  const Json started = call(2, "start-vps", {{"vps", "db-1.example.net"}});
  const Json after = call(3, "get-vps", {{"vps", before["vps"]}});
  const Json again = call(4, "start-vps", {{"vps", before["vps"]}});

  CHECK(before["state"] == "stopped");
  INFO(started);
  CHECK(started["ok"] == true);
  CHECK(started["changed"] == true);
  CHECK(after["data"]["state"] == "running");
  CHECK(again["ok"] == true);
  CHECK(again["changed"] == false);
}
