// A policy that changes under a running server.
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/e2e/product.h"

using namespace tier0;

namespace {

/// A configuration of one agent, whose file a test rewrites.
class Configured {
 public:
  Configured() {
    std::filesystem::create_directories(folder() / "agents");
    write(folder() / "tier0.yaml", "toolsets: [core]\n");
    grant("read: allow, write: allow");
  }

  std::filesystem::path folder() const { return product_.state() + "/config"; }

  void grant(const std::string& effects) const {
    write_agent("agent: keeper\ngrants:\n  - tools: [\"*\"]\n    effects: {" + effects + "}\n");
  }
  void write_agent(const std::string& text) const {
    write(folder() / "agents" / "keeper.yaml", text);
  }

  std::vector<std::string> serve() const {
    return {"serve",
            "--stdio",
            "--sandbox",
            "--agent",
            "keeper",
            "--config",
            folder() / "tier0.yaml",
            "--state",
            product_.state() + "/state"};
  }

 private:
  static void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file) << text;
  }

  Product product_;
};

bool shows_start_vps(Running& server, int id) {
  server.send(legacy_request(id, "tools/list"));
  const Json listed = server.answer_to(id);
  REQUIRE(!listed["result"]["tools"].empty());
  for (const Json& tool : listed["result"]["tools"])
    if (tool["name"] == "start-vps") return true;
  return false;
}

}  // namespace

TEST_CASE("a tool vanishes when its grant does, and the client is told", "[e2e][reload]") {
  const Configured configured;
  Running server(configured.serve());
  shake_hands(server);
  const bool before = shows_start_vps(server, 1);

  configured.grant("read: allow");
  const Json told = server.receive();
  const bool after = shows_start_vps(server, 2);
  server.send(
      legacy_request(3, "tools/call", {{"name", "start-vps"}, {"arguments", {{"vps", "17923"}}}}));
  const Json called = server.answer_to(3);

  CHECK(before);
  CHECK(told["method"] == "notifications/tools/list_changed");
  CHECK(!after);
  CHECK(called["error"]["message"] == "unknown tool: start-vps");
}

TEST_CASE("SIGHUP reloads where no file says that it changed", "[e2e][reload]") {
  const Configured configured;
  Running server(configured.serve());
  shake_hands(server);

  server.signal(SIGHUP);

  CHECK(server.receive()["method"] == "notifications/tools/list_changed");
  CHECK(shows_start_vps(server, 1));
}

TEST_CASE(
    "a bad file keeps the old policy, says where it is wrong, and is read again when it is good",
    "[e2e][reload]") {
  const Configured configured;
  Running server(configured.serve());
  shake_hands(server);

  configured.write_agent("agent: keeper\ngrants:\n  - tools: [\"*\"]\n    efects: {read: allow}\n");
  const std::string said = server.wait_for_text("the old one stays");
  const bool while_bad = shows_start_vps(server, 1);
  configured.grant("read: allow");
  const Json told = server.receive();
  const bool after = shows_start_vps(server, 2);

  CHECK(said.find("keeper.yaml:4:5") != std::string::npos);
  CHECK(said.find("efects") != std::string::npos);
  CHECK(while_bad);
  CHECK(told["method"] == "notifications/tools/list_changed");
  CHECK(!after);
}
