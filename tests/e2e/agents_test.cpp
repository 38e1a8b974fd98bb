#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/product.h"

using namespace tier0;

namespace {

Json tool_call(int id, const std::string& tool, Json arguments) {
  return legacy_request(id, "tools/call", {{"name", tool}, {"arguments", std::move(arguments)}});
}

std::vector<std::string> serve_as(const Product& product, const std::string& agent) {
  return {"serve", "--stdio", "--sandbox", "--agent", agent, "--state", product.state()};
}

std::vector<std::string> tools_of(Running& server) {
  server.send(legacy_request(1, "tools/list"));
  std::vector<std::string> names;
  const Json answer = server.answer_to(1);
  for (const Json& tool : answer["result"]["tools"]) names.push_back(tool["name"]);
  return names;
}

}  // namespace

TEST_CASE("the director reads VMs over stdio and cannot see what changes them", "[e2e][agents]") {
  const Product product;
  Running server(serve_as(product, "director-gemini"));
  shake_hands(server);

  const auto tools = tools_of(server);
  server.send(tool_call(2, "get-vps", {{"vps", 17923}}));
  const Json got = server.answer_to(2);
  server.send(tool_call(3, "start-vps", {{"vps", "17923"}}));
  const Json hidden = server.answer_to(3);
  server.send(tool_call(4, "no-such-vps", {{"vps", "17923"}}));
  const Json unknown = server.answer_to(4);

  CHECK(std::find(tools.begin(), tools.end(), "start-vps") == tools.end());
  CHECK(std::find(tools.begin(), tools.end(), "get-vps") != tools.end());
  CHECK(got["result"]["structuredContent"]["data"]["vps"] == "17923");
  CHECK(hidden["error"]["code"] == unknown["error"]["code"]);
  CHECK(hidden["error"]["message"] == "unknown tool: start-vps");
}

TEST_CASE("the executor starts a stopped VM, and the director's process shares the state",
          "[e2e][agents]") {
  const Product product;
  Running owner(serve_as(product, "executor-codex"));
  shake_hands(owner);
  Running other(serve_as(product, "director-gemini"));
  shake_hands(other);

  owner.send(tool_call(2, "start-vps", {{"vps", "web-1.example.net"}, {"dry_run", true}}));
  const Json planned = owner.answer_to(2);
  other.send(tool_call(2, "list-vps", Json::object()));
  const Json listed = other.answer_to(2);
  const auto tools = tools_of(other);

  CHECK(planned["result"]["structuredContent"]["ok"] == true);
  CHECK(listed["result"]["structuredContent"]["data"]["items"].size() == 1);
  CHECK(std::find(tools.begin(), tools.end(), "start-vps") == tools.end());
}

TEST_CASE("the newest revision works on the same pipe without a handshake", "[e2e][agents]") {
  const Product product;
  Running server(serve_as(product, "executor-codex"));

  server.send(modern_request(1, "server/discover"));
  const Json discovered = server.answer_to(1);
  server.send(
      modern_request(2, "tools/call", {{"name", "list-vps"}, {"arguments", Json::object()}}));
  const Json listed = server.answer_to(2);

  CHECK(discovered["result"]["supportedVersions"][0] == "2026-07-28");
  CHECK(listed["result"]["resultType"] == "complete");
  CHECK(listed["result"]["structuredContent"]["ok"] == true);
}

TEST_CASE("arguments that fail the schema are a result that names the field", "[e2e][agents]") {
  const Product product;
  Running server(serve_as(product, "director-gemini"));
  shake_hands(server);

  server.send(tool_call(2, "get-vps", {{"vps_id", "1"}}));
  const Json answer = server.answer_to(2);

  CHECK(answer["result"]["isError"] == true);
  CHECK(answer["result"]["structuredContent"]["kind"] == "validation");
  CHECK(!answer["result"]["structuredContent"]["data"]["fields"].empty());
}

TEST_CASE("the end of input, SIGINT and SIGTERM each end the server at once with the audit whole",
          "[e2e][agents]") {
  for (const int how : {0, SIGINT, SIGTERM}) {
    const Product product;
    Running server(serve_as(product, "director-gemini"));
    shake_hands(server);
    server.send(tool_call(2, "list-vps", Json::object()));
    server.answer_to(2);

    if (how == 0)
      server.close_input();
    else
      server.signal(how);

    INFO("signal " << how);
    CHECK(server.wait() == 0);
    const Finished verified = product.run({"audit", "verify"});
    CHECK(verified.exit_code == 0);
    CHECK(parse_json(verified.out)->at("rows").get<int>() >= 3);
  }
}

TEST_CASE("a server that is killed leaves a chain that verifies and a directory the next one takes",
          "[e2e][agents]") {
  const Product product;
  {
    Running server(serve_as(product, "director-gemini"));
    shake_hands(server);
    server.send(tool_call(2, "list-vps", Json::object()));
    server.answer_to(2);
    server.signal(SIGKILL);
    CHECK(server.wait() == -SIGKILL);
  }

  const Finished called =
      product.run({"call", "list-vps", "--sandbox", "--agent", "director-gemini"});

  CHECK(called.exit_code == 0);
  CHECK(product.run({"audit", "verify"}).exit_code == 0);
}
