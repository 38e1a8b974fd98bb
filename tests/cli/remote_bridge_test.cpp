#include "server/cli/remote_bridge.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "server/base/fd.h"
#include "tests/fakes/scripted_server.h"

using namespace tier0;
using fakes::Answer;
using fakes::ReceivedRequest;
using fakes::ScriptedServer;
using fakes::Then;

namespace {

const std::string kHandshake =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})";
const std::string kReady = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";

Answer greeting(const std::string& session) {
  return fakes::answer(200, R"({"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-11-25"}})",
                       "application/json", {"Mcp-Session-Id: " + session});
}

Answer events(const std::string& text) {
  return fakes::raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + text,
                    Then::Close);
}

/// A client's pipes with the bridge between them and a scripted server.
struct Client {
  OwnedFd in;
  OwnedFd out;
  OwnedFd inner_in;
  OwnedFd inner_out;
  std::stop_source stop;
  std::jthread bridge;
  std::string buffer;

  explicit Client(const ScriptedServer& server) {
    std::signal(SIGPIPE, SIG_IGN);
    int to[2] = {};
    int from[2] = {};
    REQUIRE(::pipe2(to, O_CLOEXEC) == 0);
    REQUIRE(::pipe2(from, O_CLOEXEC) == 0);
    in = OwnedFd(to[1]);
    inner_in = OwnedFd(to[0]);
    out = OwnedFd(from[0]);
    inner_out = OwnedFd(from[1]);
    bridge = std::jthread([this, url = *BaseUrl::parse(server.url() + "/mcp")] {
      cli::bridge_to_url(
          inner_in.get(), inner_out.get(), url, Secret("t0_sesame"),
          [](std::string_view) { return std::optional(Effect::Write); }, stop.get_token());
      inner_out.reset();
    });
  }
  ~Client() { stop.request_stop(); }

  void say(const std::string& line) const {
    const std::string text = line + "\n";
    REQUIRE(::write(in.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }

  Json hear() {
    while (buffer.find('\n') == std::string::npos) {
      pollfd ready{out.get(), POLLIN, 0};
      REQUIRE(::poll(&ready, 1, 20'000) == 1);
      char bytes[4096];
      const ssize_t count = ::read(out.get(), bytes, sizeof bytes);
      REQUIRE(count > 0);
      buffer.append(bytes, static_cast<std::size_t>(count));
    }
    const std::size_t end = buffer.find('\n');
    const auto message = parse_json(buffer.substr(0, end));
    buffer.erase(0, end + 1);
    REQUIRE(message);
    return *message;
  }
};

}  // namespace

TEST_CASE("a request of the newest revision carries its headers and the token",
          "[cli][remote-bridge]") {
  ScriptedServer server({fakes::answer(200, R"({"jsonrpc":"2.0","id":1,"result":{}})")});
  Client client(server);

  client.say(R"({"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"tier0://vps/ü",)"
             R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})");
  client.hear();

  const ReceivedRequest seen = server.requests().at(0);
  CHECK(seen.method == "POST");
  CHECK(seen.header("mcp-protocol-version") == "2026-07-28");
  CHECK(seen.header("mcp-method") == "resources/read");
  CHECK(seen.header("mcp-name") == "=?base64?dGllcjA6Ly92cHMvw7w=?=");
  CHECK(seen.header("authorization") == "Bearer t0_sesame");
  CHECK(seen.header("mcp-session-id").empty());
}

TEST_CASE("an answer of the older revisions that broke is taken up where it broke",
          "[cli][remote-bridge]") {
  std::atomic<int> posts = 0;
  ScriptedServer server([&posts](const ReceivedRequest& request) {
    if (request.method == "GET" && request.header("last-event-id") == "s4_1")
      return events("id: s4_2\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"x\":1}}\n\n");
    if (request.method == "GET") return fakes::answer(405, "");
    if (++posts == 1) return greeting("one");
    return events(
        "id: s4_0\nretry: 1\ndata:\n\nid: s4_1\ndata: {\"jsonrpc\":\"2.0\",\"method\":"
        "\"notifications/progress\"}\n\n");
  });
  Client client(server);
  client.say(kHandshake);
  client.hear();

  client.say(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"start-vps"}})");
  const Json progress = client.hear();
  const Json answer = client.hear();

  CHECK(progress["method"] == "notifications/progress");
  CHECK(answer["result"]["x"] == 1);
  CHECK(server.requests().back().header("mcp-session-id") == "one");
}

TEST_CASE("a call whose answer broke and cannot be taken up may have happened",
          "[cli][remote-bridge]") {
  ScriptedServer server([](const ReceivedRequest& request) {
    if (request.method == "GET") return fakes::answer(404, "");
    return events("id: s4_0\nretry: 1\ndata:\n\n");
  });
  Client client(server);

  client.say(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"start-vps"}})");
  const Json answer = client.hear();

  CHECK(answer["id"] == 1);
  CHECK(answer["result"]["structuredContent"]["kind"] == "timeout_unknown");
  CHECK(server.requests().size() == 2);  // never sent again
}

TEST_CASE("an error that names no request is given to the one it answers", "[cli][remote-bridge]") {
  ScriptedServer server({fakes::answer(
      400, R"({"jsonrpc":"2.0","error":{"code":-32600,"message":"send initialize first"}})")});
  Client client(server);

  client.say(R"({"jsonrpc":"2.0","id":"a","method":"tools/list"})");
  const Json answer = client.hear();

  CHECK(answer["id"] == "a");
  CHECK(answer["error"]["code"] == -32600);
}

TEST_CASE("a forgotten session is begun anew, and its questions are not mixed up",
          "[cli][remote-bridge]") {
  std::atomic<int> sessions = 0;
  ScriptedServer server([&sessions](const ReceivedRequest& request) {
    const std::string question =
        "data: {\"jsonrpc\":\"2.0\",\"id\":\"s-1\",\"method\":\"elicitation/create\"}\n\n";
    const bool is_first = request.body.find("\"id\":1") != std::string::npos;
    const std::string answer = std::string("data: {\"jsonrpc\":\"2.0\",\"id\":") +
                               (is_first ? "1" : "2") + ",\"result\":{}}\n\n";
    if (request.method != "POST") return fakes::answer(405, "");
    if (request.body.find("initialize\"") != std::string::npos)
      return greeting(std::to_string(++sessions));
    if (request.body.find("\"method\"") == std::string::npos) return fakes::answer(202, "");
    if (request.body.find("notifications/") != std::string::npos) return fakes::answer(202, "");
    if (!is_first && request.header("mcp-session-id") == "1") return fakes::answer(404, "");
    return events(question + answer);
  });
  Client client(server);
  client.say(kHandshake);
  client.hear();
  client.say(kReady);
  client.say(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");
  const Json first = client.hear();
  client.hear();

  client.say(R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})");
  const Json withdrawn = client.hear();
  const Json second = client.hear();
  REQUIRE(client.hear()["id"] == 2);
  client.say(R"({"jsonrpc":"2.0","id":"s-1","result":{"action":"accept"}})");
  client.say(R"({"jsonrpc":"2.0","id":)" + dump_json(second["id"]) +
             R"(,"result":{"action":"decline"}})");
  REQUIRE(server.wait_for_requests(9));

  CHECK(first["id"] == "s-1");
  CHECK(withdrawn["method"] == "notifications/cancelled");
  CHECK(withdrawn["params"]["requestId"] == "s-1");
  CHECK(second["method"] == "elicitation/create");
  CHECK(second["id"] != "s-1");
  const Json told = *parse_json(server.requests().back().body);
  CHECK(told["id"] == "s-1");
  CHECK(told["result"]["action"] == "decline");
  CHECK(server.requests().back().header("mcp-session-id") == "2");
}

TEST_CASE("the client's end forgets the session", "[cli][remote-bridge]") {
  ScriptedServer server([](const ReceivedRequest& request) {
    return request.method == "DELETE" ? fakes::answer(204, "") : greeting("one");
  });
  Client client(server);
  client.say(kHandshake);
  client.hear();

  client.in.reset();
  client.bridge.join();

  CHECK(server.requests().back().method == "DELETE");
  CHECK(server.requests().back().header("mcp-session-id") == "one");
}
