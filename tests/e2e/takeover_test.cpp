// Several `serve --stdio` on one state directory: what their clients see when the owner goes.
#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/product.h"

using namespace tier0;

namespace {

enum class Era { Legacy, Modern };

/// A client of one agent in one of the eras.
struct Client {
  Era era;
  Running server;

  Client(const Product& product, Era speaks, const std::string& agent)
      : era(speaks),
        server({"serve", "--stdio", "--sandbox", "--agent", agent, "--state", product.state()}) {
    if (era == Era::Legacy) shake_hands(server);
  }

  void ask(int id, const std::string& method, Json params = Json::object()) {
    server.send(era == Era::Modern ? modern_request(id, method, std::move(params))
                                   : legacy_request(id, method, std::move(params)));
  }

  std::size_t tools(int id) {
    ask(id, "tools/list");
    return server.answer_to(id)["result"]["tools"].size();
  }

  Json call(int id, const std::string& tool, const Json& arguments = Json::object()) {
    ask(id, "tools/call", {{"name", tool}, {"arguments", arguments}});
    return server.answer_to(id)["result"]["structuredContent"];
  }
};

/// The process that the directory's lock names; waits for one other than `before`.
pid_t owner_of(const Product& product, pid_t before = 0) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < deadline) {
    const pid_t pid = product.owner();
    if (pid > 0 && pid != before) return pid;
    product.run({"audit", "list"});  // takes a moment
  }
  FAIL("nobody has taken the state directory");
  return 0;
}

}  // namespace

TEST_CASE("a client goes on when the process that owns the state is killed", "[e2e][takeover]") {
  for (const Era era : {Era::Legacy, Era::Modern}) {
    INFO((era == Era::Legacy ? "legacy" : "modern"));
    const Product product;
    Client first(product, Era::Modern, "executor-codex");
    first.tools(1);
    Client second(product, era, "director-gemini");
    const std::size_t before = second.tools(1);

    first.server.signal(SIGKILL);
    CHECK(first.server.wait() == -SIGKILL);

    CHECK(second.tools(2) == before);
    CHECK(second.call(3, "list-vps")["ok"] == true);
    CHECK(owner_of(product, first.server.pid()) == second.server.pid());
    second.server.close_input();
    CHECK(second.server.wait() == 0);
    CHECK(product.run({"audit", "verify"}).exit_code == 0);
  }
}

TEST_CASE("a client goes on when the owner's client leaves", "[e2e][takeover]") {
  for (const Era era : {Era::Legacy, Era::Modern}) {
    INFO((era == Era::Legacy ? "legacy" : "modern"));
    const Product product;
    Client first(product, Era::Legacy, "executor-codex");
    Client second(product, era, "director-gemini");
    const std::size_t before = second.tools(1);

    first.server.close_input();
    CHECK(first.server.wait() == 0);

    CHECK(second.tools(2) == before);
    CHECK(second.call(3, "list-vps")["ok"] == true);
  }
}

TEST_CASE("of two clients beside a killed owner one takes over and the other follows it",
          "[e2e][takeover]") {
  const Product product;
  Client first(product, Era::Modern, "executor-codex");
  first.tools(1);
  Client second(product, Era::Legacy, "executor-codex");
  Client third(product, Era::Modern, "director-gemini");
  const std::size_t of_executor = second.tools(1);
  const std::size_t of_director = third.tools(1);

  first.server.signal(SIGKILL);
  first.server.wait();
  second.ask(2, "tools/list");
  third.ask(2, "tools/list");
  const Json two = second.server.answer_to(2);
  const Json three = third.server.answer_to(2);
  const pid_t owner = owner_of(product);

  CHECK(two["result"]["tools"].size() == of_executor);
  CHECK(three["result"]["tools"].size() == of_director);
  CHECK((owner == second.server.pid() || owner == third.server.pid()));
  Client& heir = owner == second.server.pid() ? second : third;
  Client& last = owner == second.server.pid() ? third : second;
  heir.server.signal(SIGKILL);
  heir.server.wait();
  CHECK(last.call(3, "list-vps")["ok"] == true);
  CHECK(owner_of(product, owner) == last.server.pid());
}

TEST_CASE("a mutating call that an owner took and never answered may have happened",
          "[e2e][takeover]") {
  for (const Era era : {Era::Legacy, Era::Modern}) {
    INFO((era == Era::Legacy ? "legacy" : "modern"));
    const Product product;
    Client first(product, Era::Modern, "executor-codex");
    REQUIRE(first.call(1, "list-vps")["ok"] == true);
    Client second(product, era, "executor-codex");
    second.tools(1);
    // A process that is stopped takes what the kernel keeps for it, and never answers.
    first.server.signal(SIGSTOP);
    second.ask(2, "tools/call", {{"name", "start-vps"}, {"arguments", {{"vps", "17923"}}}});
    second.ask(3, "tools/call", {{"name", "list-vps"}, {"arguments", Json::object()}});
    second.ask(4, "tools/list");
    second.server.wait_until_taken();

    first.server.signal(SIGKILL);
    const Json started = second.server.answer_to(2)["result"]["structuredContent"];
    const Json listed = second.server.answer_to(3)["result"]["structuredContent"];
    const Json tools = second.server.answer_to(4);

    CHECK(started["kind"] == "timeout_unknown");
    CHECK(started["changed"] == nullptr);
    CHECK(started["hint"].get<std::string>().find("do not repeat") != std::string::npos);
    CHECK(listed["kind"] == "upstream");
    CHECK(!tools["result"]["tools"].empty());
    CHECK(second.call(5, "list-vps")["ok"] == true);
  }
}

TEST_CASE("a stream of the newest revision goes on with the next owner", "[e2e][takeover]") {
  const Product product;
  Client first(product, Era::Modern, "executor-codex");
  first.tools(1);
  Client second(product, Era::Modern, "director-gemini");
  second.ask(7, "subscriptions/listen", {{"notifications", {{"toolsListChanged", true}}}});
  REQUIRE(second.server.receive()["method"] == "notifications/subscriptions/acknowledged");

  first.server.signal(SIGKILL);
  first.server.wait();
  second.ask(8, "tools/list");
  const Json next = second.server.receive();
  second.server.signal(SIGHUP);
  const Json changed = second.server.receive();

  CHECK(next["id"] == 8);  // no second acknowledgement before it
  CHECK(changed["method"] == "notifications/tools/list_changed");
}

TEST_CASE("an owner that takes over goes on with the world there is, whatever seed it was given",
          "[e2e][takeover]") {
  const Product product;
  Client first(product, Era::Modern, "executor-codex");
  const Json before = first.call(1, "list-vps");
  Running second({"serve", "--stdio", "--sandbox", "--agent", "director-gemini", "--state",
                  product.state(), "--seed", "99"});
  second.send(modern_request(1, "tools/list", Json::object()));
  second.answer_to(1);

  first.server.signal(SIGKILL);
  first.server.wait();
  second.send(
      modern_request(2, "tools/call", {{"name", "list-vps"}, {"arguments", Json::object()}}));
  const Json after = second.answer_to(2)["result"]["structuredContent"];

  CHECK(after["data"] == before["data"]);
}

TEST_CASE("connect follows a change of owners", "[e2e][takeover]") {
  const Product product;
  Client first(product, Era::Modern, "executor-codex");
  first.tools(1);
  Client second(product, Era::Modern, "executor-codex");
  second.tools(1);
  Running bridge(
      {"connect", "--sandbox", "--agent", "director-gemini", "--state", product.state()});
  bridge.send(modern_request(1, "tools/list", Json::object()));
  const std::size_t before = bridge.answer_to(1)["result"]["tools"].size();

  first.server.signal(SIGKILL);
  first.server.wait();
  bridge.send(modern_request(2, "tools/list", Json::object()));

  CHECK(bridge.answer_to(2)["result"]["tools"].size() == before);
}
