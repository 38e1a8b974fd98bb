#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/e2e/product.h"

using namespace tier0;

namespace {

Json list_vps(int id) {
  return modern_request(id, "tools/call", {{"name", "list-vps"}, {"arguments", Json::object()}});
}

std::vector<std::string> serve_in_sandbox(const Product& product,
                                          std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"serve",           "--stdio", "--sandbox",    "--agent",
                                    "director-gemini", "--state", product.state()};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::filesystem::path world_of(const Product& product) {
  return std::filesystem::path(product.state()) / "sandbox-world.json";
}

}  // namespace

TEST_CASE("the sandbox starts with the first call, not with the server", "[e2e][sandbox]") {
  const Product product;
  Running server(serve_in_sandbox(product));

  server.send(modern_request(1, "tools/list"));
  const Json listed = server.answer_to(1);
  const bool before = std::filesystem::exists(world_of(product));
  server.send(list_vps(2));
  const Json called = server.answer_to(2);

  CHECK(!listed["result"]["tools"].empty());
  CHECK(!before);
  CHECK(called["result"]["structuredContent"]["data"]["items"].size() == 1);
  CHECK(std::filesystem::exists(world_of(product)));
}

TEST_CASE("a sandbox that cannot start is an error of the call, and the next call tries again",
          "[e2e][sandbox]") {
  const Product product;
  std::ofstream(world_of(product)) << "no world";
  Running server(serve_in_sandbox(product));

  server.send(list_vps(1));
  const Json refused = server.answer_to(1)["result"]["structuredContent"];
  std::filesystem::remove(world_of(product));
  server.send(list_vps(2));
  const Json called = server.answer_to(2)["result"]["structuredContent"];

  CHECK(refused["ok"] == false);
  CHECK(refused["kind"] == "not_configured");
  CHECK(refused["hint"].get<std::string>().find("--seed") != std::string::npos);
  CHECK(called["ok"] == true);
}

TEST_CASE("a fixture that cannot be used ends serve at its start", "[e2e][sandbox]") {
  const Product product;

  const Finished missing = product.run({"serve", "--stdio", "--sandbox", "--agent",
                                        "director-gemini", "--fixture", "/nonexistent.json"});

  CHECK(missing.exit_code == 2);
  CHECK(missing.err.find("nonexistent.json") != std::string::npos);
}

TEST_CASE("VMs of another provider are not taken for the simulated ones of the same id",
          "[e2e][sandbox]") {
  const Product product;
  Running other({"sandbox", "--state", product.state() + "/other"});
  const Json ready = other.receive();
  const std::vector<std::string> environment = {
      "TIER0_HOSTINGER_URL=" + ready["api"].get<std::string>(),
      "TIER0_HOSTINGER_TOKEN=" + ready["token"].get<std::string>()};

  const Finished listed =
      product.run({"call", "list-vps", "--sandbox", "--agent", "executor-codex"}, "", environment);
  const Finished probed = product.run({"call", "run-diagnostic", "vps=17923", "probe=disk",
                                       "--sandbox", "--agent", "executor-codex"},
                                      "", environment);

  CHECK(listed.exit_code == 0);
  CHECK(parse_json(listed.out)->at("data").at("items").at(0).at("vps") == "17923");
  CHECK(probed.exit_code == 1);
  CHECK(parse_json(probed.out)->at("kind") == "not_configured");
  CHECK(!std::filesystem::exists(world_of(product)));
}
