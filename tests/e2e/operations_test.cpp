// What people do with operations, with the real binary: through the server that runs, and without.
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/e2e/product.h"

using namespace tier0;

namespace {

/// A start of a stopped VM that takes minutes, begun by a server that may be killed.
class SlowStart {
 public:
  SlowStart() {
    const std::string fixture = product_.state() + "/fixture.json";
    std::ofstream(fixture) << R"({"accounts": [{"name": "main", "vms": [)"
                              R"({"hostname": "db-1.example.net", "state": "stopped"}]}]})";
    const Finished listed = run({"call", "list-vps", "--agent", kAgent, "--fixture", fixture});
    REQUIRE(listed.exit_code == 0);
    vps_ = parse_json(listed.out)->at("data").at("items").at(0).at("vps").get<std::string>();
    server_.emplace(std::vector<std::string>{"serve", "--stdio", "--sandbox", "--agent", kAgent,
                                             "--state", product_.state(), "--time-scale", "1"});
    server_->send(modern_request(
        1, "tools/call",
        {{"name", "start-vps"}, {"arguments", {{"vps", vps_}, {"wait", "accepted"}}}}));
    const Json begun = server_->answer_to(1)["result"]["structuredContent"];
    id = string_member(begun, "operation_id");
    REQUIRE(!id.empty());
  }

  Finished run(std::vector<std::string> args) const {
    args.emplace_back("--sandbox");
    return product_.run(args);
  }
  Finished operations(const std::string& verb) const { return run({"operations", verb, id}); }
  Json shown() const { return *parse_json(operations("show").out); }
  void kill_server() {
    server_->signal(SIGKILL);
    server_->wait();
    server_.reset();
  }

  static constexpr const char* kAgent = "executor-codex";
  std::string id;

 private:
  const Product product_;
  std::string vps_;
  std::optional<Running> server_;
};

}  // namespace

TEST_CASE("a person abandons an operation of the server that runs", "[e2e][operations]") {
  const SlowStart slow;

  const Finished abandoned = slow.operations("abandon");
  const Finished again = slow.operations("abandon");
  const Finished resumed = slow.operations("resume");

  CHECK(abandoned.exit_code == 0);
  const Json shown = slow.shown();
  CHECK(shown["status"] == "abandoned");
  CHECK(shown["error"]["message"].get<std::string>().starts_with("person:owner abandoned it"));
  CHECK(again.exit_code == 1);
  CHECK(again.err.find("has ended already") != std::string::npos);
  CHECK(resumed.exit_code == 1);
  const Json calls = parse_json(slow.run({"audit", "list"}).out)->at("items");
  CHECK(calls[0]["tool"] == "operations-resume");
  CHECK(calls[0]["principal"] == "person:owner");
}

TEST_CASE("a person abandons what a killed server left", "[e2e][operations]") {
  SlowStart slow;
  slow.kill_server();

  const Finished abandoned = slow.operations("abandon");

  CHECK(abandoned.exit_code == 0);
  CHECK(slow.shown()["status"] == "abandoned");
  CHECK(slow.run({"audit", "verify"}).exit_code == 0);
}

TEST_CASE("a person goes on with what a killed server left", "[e2e][operations]") {
  SlowStart slow;
  slow.kill_server();

  const Finished resumed = slow.operations("resume");

  INFO(resumed.out << resumed.err);
  CHECK(resumed.exit_code == 0);
  CHECK(slow.shown()["status"] == "done");
  CHECK(slow.shown()["changed"] == true);
}

TEST_CASE("waiting without a server goes on with what a killed one left", "[e2e][operations]") {
  SlowStart slow;
  slow.kill_server();

  const Finished waited = slow.run(
      {"call", "wait-for-operation", "operation_id=" + slow.id, "--agent", SlowStart::kAgent});

  INFO(waited.out << waited.err);
  CHECK(waited.exit_code == 0);
  CHECK(parse_json(waited.out)->at("changed") == true);
}

TEST_CASE("an operation that is not there is neither resumed nor abandoned", "[e2e][operations]") {
  const SlowStart slow;

  CHECK(slow.run({"operations", "resume", "none"}).exit_code == 1);
  CHECK(slow.run({"operations", "abandon", "none"}).exit_code == 1);
}
