// A person in the middle of a call, with the real binary: the queue and the client's own form.
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/e2e/product.h"

using namespace tier0;

namespace {

/// A stopped VM, and an agent whose writes need somebody's yes.
class Asking {
 public:
  explicit Asking(const std::string& approvers = "[owner, client]") {
    std::filesystem::create_directory(path("agents"));
    std::ofstream(path("tier0.yaml")) << "{}\n";
    std::ofstream(path("agents/night.yaml"))
        << "agent: night\ngrants:\n"
           "  - tools: [\"*\"]\n    effects: {read: allow, write: ask}\n"
           "approvals: {approvers: "
        << approvers << "}\n";
    std::ofstream(path("fixture.json")) << R"({"accounts": [{"name": "main", "vms": [)"
                                           R"({"hostname": "db-1.example.net", )"
                                           R"("state": "stopped"}]}]})";
    const Finished listed =
        run({"call", "list-vps", "--agent", "night", "--fixture", path("fixture.json")});
    INFO(listed.err);
    REQUIRE(listed.exit_code == 0);
    vps_ = parse_json(listed.out)->at("data").at("items").at(0).at("vps").get<std::string>();
  }

  Finished run(std::vector<std::string> args) const {
    args.insert(args.end(), {"--sandbox", "--config", path("tier0.yaml")});
    return product_.run(args);
  }
  Finished start() const { return run({"call", "start-vps", "vps=" + vps_, "--agent", "night"}); }
  std::string state() const {
    const Finished got = run({"call", "get-vps", "vps=" + vps_, "--agent", "night"});
    return parse_json(got.out)->at("data").at("state").get<std::string>();
  }
  std::vector<std::string> serve() const {
    return {"serve",    "--stdio",          "--sandbox", "--agent",        "night",
            "--config", path("tier0.yaml"), "--state",   product_.state(), "--time-scale",
            "1000"};
  }
  std::string path(const std::string& name) const { return product_.state() + "/" + name; }
  const std::string& vps() const { return vps_; }

 private:
  const Product product_;
  std::string vps_;
};

std::string plan_of(const Finished& call) {
  return string_member(*parse_json(call.out), "plan_id");
}

Json modern_start(int id, const std::string& vps) {
  Json request =
      modern_request(id, "tools/call", {{"name", "start-vps"}, {"arguments", {{"vps", vps}}}});
  request["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = {
      {"elicitation", {{"form", Json::object()}}}};
  return request;
}

}  // namespace

TEST_CASE("a call that needs a person waits for tier0 approvals approve", "[e2e][approval]") {
  const Asking asking;

  const Finished asked = asking.start();
  const Finished shown = asking.run({"approvals", "show", plan_of(asked)});
  const Finished approved = asking.run({"approvals", "approve", plan_of(asked)});
  const Finished done = asking.start();

  CHECK(asked.exit_code == 4);
  CHECK(string_member(*parse_json(asked.out), "kind") == "approval_required");
  CHECK(shown.exit_code == 0);
  CHECK(string_member(*parse_json(shown.out), "text").find("asks to run start-vps (write)") !=
        std::string::npos);
  CHECK(string_member(*parse_json(approved.out), "status") == "approved");
  CHECK(done.exit_code == 0);
  CHECK(parse_json(done.out)->at("changed") == true);
  CHECK(asking.state() == "running");
  CHECK(asking.run({"audit", "verify"}).exit_code == 0);
}

TEST_CASE("a plan that a person denies is not applied", "[e2e][approval]") {
  const Asking asking;
  const Finished asked = asking.start();

  const Finished denied = asking.run({"approvals", "deny", plan_of(asked)});
  const Finished refused = asking.start();

  CHECK(denied.exit_code == 0);
  CHECK(refused.exit_code == 3);
  CHECK(string_member(*parse_json(refused.out), "kind") == "approval_declined");
  CHECK(asking.state() == "stopped");
}

TEST_CASE("the queue goes through the server that runs, as the person behind the socket",
          "[e2e][approval]") {
  const Asking asking("[owner]");
  Running server(asking.serve());
  server.send(modern_start(1, asking.vps()));
  const Json asked = server.answer_to(1)["result"]["structuredContent"];

  const Finished listed = asking.run({"approvals", "list"});
  const Finished approved = asking.run({"approvals", "approve", string_member(asked, "plan_id")});
  server.send(modern_start(2, asking.vps()));
  const Json done = server.answer_to(2)["result"]["structuredContent"];

  CHECK(asked["kind"] == "approval_required");
  const Json items = parse_json(listed.out)->at("items");
  REQUIRE(items.size() == 1);
  CHECK(items[0]["plan_id"] == asked["plan_id"]);
  CHECK(items[0]["status"] == "pending");
  const Json votes = parse_json(approved.out)->at("votes");
  REQUIRE(votes.size() == 1);
  CHECK(votes[0]["person"] == "owner");
  CHECK(votes[0]["via"] == "queue");
  CHECK(done["changed"] == true);
  server.send(modern_request(
      3, "resources/read", {{"uri", "tier0://operations/" + string_member(done, "operation_id")}}));
  const Json read = server.answer_to(3)["result"]["contents"][0];
  CHECK(parse_json(read["text"].get<std::string>())->at("summary") == done["summary"]);
  server.send(modern_request(4, "resources/read", {{"uri", "tier0://operations/none"}}));
  CHECK(server.answer_to(4)["error"]["code"] == -32602);
}

TEST_CASE("a user who is no approver cannot approve", "[e2e][approval]") {
  const Asking asking("[client]");
  const Finished asked = asking.start();

  const Finished refused = asking.run({"approvals", "approve", plan_of(asked)});

  CHECK(refused.exit_code != 0);
  CHECK(asking.start().exit_code == 4);
  CHECK(asking.state() == "stopped");
}

TEST_CASE("a client of the newest revision is asked, and its user's yes lets the call happen",
          "[e2e][approval]") {
  const Asking asking;
  Running server(asking.serve());
  server.send(modern_start(1, asking.vps()));
  const Json asked = server.answer_to(1)["result"];
  REQUIRE(asked["resultType"] == "input_required");
  const auto question = asked["inputRequests"].begin();

  Json again = modern_start(2, asking.vps());
  again["params"]["requestState"] = asked["requestState"];
  again["params"]["inputResponses"][question.key()] = {{"action", "accept"},
                                                       {"content", {{"approve", true}}}};
  server.send(again);
  const Json done = server.answer_to(2)["result"]["structuredContent"];
  again["id"] = 3;
  server.send(again);
  const Json replayed = server.answer_to(3);

  CHECK(question.value()["params"]["message"].get<std::string>().find("db-1.example.net") !=
        std::string::npos);
  CHECK(done["changed"] == true);
  INFO(replayed);
  CHECK(replayed.value("/result/structuredContent/changed"_json_pointer, false) == false);
}

TEST_CASE("a client of an older revision is asked while its call waits", "[e2e][approval]") {
  const Asking asking;
  Running server(asking.serve());
  server.send(legacy_request(0, "initialize",
                             {{"protocolVersion", "2025-06-18"},
                              {"capabilities", {{"elicitation", Json::object()}}},
                              {"clientInfo", {{"name", "test"}, {"version", "1"}}}}));
  server.answer_to(0);
  server.send({{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}});
  server.send(legacy_request(1, "tools/call",
                             {{"name", "start-vps"}, {"arguments", {{"vps", asking.vps()}}}}));

  Json question = server.receive();
  while (question.value("method", "") != "elicitation/create") question = server.receive();
  server.send({{"jsonrpc", "2.0"},
               {"id", question["id"]},
               {"result", {{"action", "accept"}, {"content", {{"approve", true}}}}}});
  const Json done = server.answer_to(1)["result"]["structuredContent"];

  CHECK(done["changed"] == true);
}

TEST_CASE("an operation that a killed server left is taken over by the next one",
          "[e2e][approval]") {
  const Asking asking("[owner]");
  const Finished asked = asking.start();
  REQUIRE(asking.run({"approvals", "approve", plan_of(asked)}).exit_code == 0);
  std::vector<std::string> slow = asking.serve();
  slow.back() = "20";
  {
    Running first(slow);
    Json call = modern_start(1, asking.vps());
    call["params"]["arguments"]["wait"] = "accepted";
    first.send(call);
    const Json accepted = first.answer_to(1)["result"]["structuredContent"];
    CHECK(accepted["ok"] == true);
    first.signal(SIGKILL);
    first.wait();
  }

  Running second(asking.serve());
  const Json operations = parse_json(asking.run({"operations", "list"}).out)->at("items");
  REQUIRE(operations.size() == 1);
  const Finished watched =
      asking.run({"operations", "watch", string_member(operations[0], "operation_id")});

  CHECK(watched.exit_code == 0);
  CHECK(asking.state() == "running");
}
