// A client on lines at a server over HTTP: `tier0 connect --url`.
#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/product.h"

using namespace tier0;

namespace {

/// `tier0 serve --http` in the sandbox.
struct HttpServer {
  Running process;
  std::string token;
  std::string url;

  explicit HttpServer(const Product& product, const std::string& address = "127.0.0.1:0")
      : process({"serve", "--http", address, "--sandbox", "--state", product.state()}),
        token(process.wait_for_line("token of executor-codex: ")),
        url(process.wait_for_line("listening ")) {}

  std::string address() const {
    const std::size_t begin = std::string("http://").size();
    return url.substr(begin, url.rfind('/') - begin);
  }
};

Running connect_to(const std::string& url, const std::string& token) {
  return Running({"connect", "--url", url}, {"TIER0_TOKEN=" + token});
}

Json call_of(const std::string& tool, const Json& arguments = Json::object()) {
  return {{"name", tool}, {"arguments", arguments}};
}

}  // namespace

TEST_CASE("connect --url carries a client of the older revisions", "[e2e][connect-url]") {
  const Product product;
  HttpServer server(product);
  Running client = connect_to(server.url, server.token);
  shake_hands(client);

  client.send(legacy_request(1, "ping"));
  const Json pong = client.answer_to(1);
  client.send(legacy_request(2, "tools/list"));
  const Json listed = client.answer_to(2);
  client.send(legacy_request(3, "tools/call", call_of("get-vps", {{"vps", "17923"}})));
  const Json called = client.answer_to(3);
  client.send(legacy_request(4, "no/such/method"));
  const Json unknown = client.answer_to(4);
  client.close_input();

  CHECK(pong["result"] == Json::object());
  CHECK(!listed["result"]["tools"].empty());
  CHECK(called["result"]["structuredContent"]["data"]["vps"] == "17923");
  CHECK(unknown["error"]["code"] == -32601);
  CHECK(client.wait() == 0);
}

TEST_CASE("connect --url carries a client of the newest revision", "[e2e][connect-url]") {
  const Product product;
  HttpServer server(product);
  Running client = connect_to(server.url, server.token);

  client.send(modern_request(1, "server/discover"));
  const Json discovered = client.answer_to(1);
  client.send(modern_request(2, "tools/call", call_of("get-vps", {{"vps", "17923"}})));
  const Json called = client.answer_to(2);
  client.send(modern_request(3, "no/such/method"));
  const Json unknown = client.answer_to(3);
  client.close_input();

  CHECK(discovered["result"]["supportedVersions"][0] == "2026-07-28");
  CHECK(called["result"]["resultType"] == "complete");
  CHECK(called["result"]["structuredContent"]["data"]["vps"] == "17923");
  CHECK(unknown["error"]["code"] == -32601);
  CHECK(client.wait() == 0);
}

TEST_CASE("what a server says unasked comes through connect --url in both eras",
          "[e2e][connect-url]") {
  const Product product;
  HttpServer server(product);
  Running old_client = connect_to(server.url, server.token);
  shake_hands(old_client);
  Running client = connect_to(server.url, server.token);
  client.send(
      modern_request(7, "subscriptions/listen", {{"notifications", {{"toolsListChanged", true}}}}));
  const Json acknowledged = client.receive();

  Json heard;
  // The stream of the older client opens by itself, at a moment that nobody is told.
  const auto hears = [&] {
    server.process.signal(SIGHUP);
    return old_client.receives_within(std::chrono::milliseconds(200));
  };
  int tries = 0;
  while (!hears() && ++tries < 100) continue;
  REQUIRE(tries < 100);
  heard = old_client.receive();
  const Json changed = client.receive();

  CHECK(acknowledged["method"] == "notifications/subscriptions/acknowledged");
  CHECK(heard["method"] == "notifications/tools/list_changed");
  CHECK(changed["method"] == "notifications/tools/list_changed");
  CHECK(changed["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == 7);
}

TEST_CASE("a cancelled request of the newest revision ends at the server too",
          "[e2e][connect-url]") {
  const Product product;
  HttpServer server(product);
  Running client = connect_to(server.url, server.token);
  client.send(
      modern_request(7, "subscriptions/listen", {{"notifications", {{"toolsListChanged", true}}}}));
  REQUIRE(client.receive()["method"] == "notifications/subscriptions/acknowledged");
  client.send(
      modern_request(8, "subscriptions/listen", {{"notifications", {{"toolsListChanged", true}}}}));
  REQUIRE(client.receive()["method"] == "notifications/subscriptions/acknowledged");

  client.send(
      {{"jsonrpc", "2.0"}, {"method", "notifications/cancelled"}, {"params", {{"requestId", 7}}}});
  client.wait_until_taken();
  server.process.signal(SIGHUP);
  const Json changed = client.receive();

  CHECK(changed["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == 8);
}

TEST_CASE("a token that the server refuses is an error of each request", "[e2e][connect-url]") {
  const Product product;
  HttpServer server(product);
  Running client = connect_to(server.url, "t0_wrong");

  client.send(modern_request(1, "tools/list"));
  const Json refused = client.answer_to(1);
  client.send(legacy_request(2, "initialize", {{"protocolVersion", "2025-06-18"}}));
  const Json also = client.answer_to(2);

  CHECK(refused["error"]["data"]["kind"] == "auth");
  CHECK(refused["error"]["data"]["hint"].get<std::string>().find("TIER0_TOKEN") !=
        std::string::npos);
  CHECK(also["error"]["data"]["kind"] == "auth");
}

TEST_CASE("a server that is not there is an error of each request, until it is",
          "[e2e][connect-url]") {
  const Product product;
  std::string token;
  std::string url;
  std::string address;
  {
    HttpServer gone(product);
    token = gone.token;
    url = gone.url;
    address = gone.address();
    gone.process.signal(SIGTERM);
    CHECK(gone.process.wait() == 0);
  }
  Running client = connect_to(url, token);

  client.send(modern_request(1, "tools/list"));
  const Json refused = client.answer_to(1);
  HttpServer server(product, address);
  client.send(modern_request(2, "tools/list"));
  const Json listed = client.answer_to(2);

  CHECK(refused["error"]["data"]["kind"] == "upstream");
  CHECK(!listed["result"]["tools"].empty());
}

TEST_CASE("a session goes on at a server that has started again", "[e2e][connect-url]") {
  const Product product;
  auto first = std::make_unique<HttpServer>(product);
  Running client = connect_to(first->url, first->token);
  shake_hands(client);
  const std::string address = first->address();

  first->process.signal(SIGKILL);
  first->process.wait();
  first.reset();
  HttpServer second(product, address);
  client.send(legacy_request(1, "tools/list"));
  const Json listed = client.answer_to(1);

  CHECK(!listed["result"]["tools"].empty());
}

TEST_CASE("a mutating call whose server dies may have happened", "[e2e][connect-url]") {
  for (const bool is_modern : {false, true}) {
    INFO((is_modern ? "modern" : "legacy"));
    const Product product;
    HttpServer server(product);
    Running client = connect_to(server.url, server.token);
    if (!is_modern) shake_hands(client);
    const auto request = is_modern ? modern_request : legacy_request;
    client.send(request(1, "tools/list", Json::object()));
    client.answer_to(1);
    server.process.signal(SIGSTOP);

    client.send(request(2, "tools/call", call_of("start-vps", {{"vps", "17923"}})));
    CHECK(!client.receives_within(std::chrono::milliseconds(300)));
    server.process.signal(SIGKILL);
    const Json result = client.answer_to(2)["result"];

    CHECK(result["isError"] == true);
    CHECK(result["structuredContent"]["kind"] == "timeout_unknown");
    CHECK(result.contains("resultType") == is_modern);
  }
}

TEST_CASE("connect --url wants a token and no agent", "[e2e][connect-url]") {
  const Product product;

  const Finished with_agent =
      product.run({"connect", "--url", "http://127.0.0.1:1/mcp", "--agent", "director-gemini"}, "",
                  {"TIER0_TOKEN=t0_x"});
  const Finished no_token = product.run(
      {"connect", "--url", "http://127.0.0.1:1/mcp", "--token", "env:TIER0_NO_SUCH_TOKEN"});
  const Finished plain =
      product.run({"connect", "--url", "http://example.com/mcp"}, "", {"TIER0_TOKEN=t0_x"});

  CHECK(with_agent.exit_code == 2);
  CHECK(with_agent.err.find("the token decides") != std::string::npos);
  CHECK(no_token.exit_code == 2);
  CHECK(plain.exit_code == 2);
}
