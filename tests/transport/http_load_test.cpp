#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <random>
#include <thread>

#include "tests/transport/test_server.h"

using namespace tier0;
using namespace tier0::transport;
using namespace std::chrono_literals;

TEST_CASE("none of 256 connections starves", "[transport][load]") {
  constexpr int kConnections = 256;
  TestServer server;
  std::vector<RawClient> clients;
  for (int i = 0; i < kConnections; ++i) clients.push_back(server.connect());

  // All at once, again and again: each round needs an answer on every connection.
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < kConnections; ++i)
      REQUIRE(clients[static_cast<std::size_t>(i)].send(
          modern_call("echo", R"({"text":")" + std::to_string(i) + "\"}")));
    for (int i = 0; i < kConnections; ++i)
      REQUIRE(text_of(clients[static_cast<std::size_t>(i)].read_answer().body) ==
              std::to_string(i));
  }
}

TEST_CASE("calls that wait do not keep others from being served", "[transport][load]") {
  TestServer server;
  std::vector<RawClient> waiting;
  for (int i = 0; i < 100; ++i) {
    waiting.push_back(server.connect());
    waiting.back().send(modern_call("hold"));
  }
  REQUIRE(server.service().wait_for_held(100));

  RawClient client = server.connect();
  client.send(modern_call("echo", R"({"text":"hello"})"));

  CHECK(text_of(client.read_answer().body) == "hello");
  server.service().release();
  for (RawClient& each : waiting) REQUIRE(text_of(each.read_answer().body) == "released");
}

TEST_CASE("two callers never get each other's answers", "[transport][load]") {
  TestServer server;
  std::atomic<int> crossed = 0;
  std::atomic<int> right = 0;
  std::vector<std::jthread> threads;

  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&server, &crossed, &right, t] {
      const std::string caller = t % 2 == 0 ? "alice" : "bob";
      std::minstd_rand random(static_cast<unsigned>(t) + 1);
      RawClient client = server.connect();
      const std::string session = begin_session(client, caller);
      for (int i = 0; i < 150; ++i) {
        // The same ids in every session and connection.
        client.send(random() % 2 == 0 ? modern_call("whoami", "{}", caller, i)
                                      : legacy_call(session, "whoami", "{}", caller, i));
        (text_of(client.read_answer().body) == "agent:" + caller ? right : crossed)++;
      }
    });
  }
  threads.clear();

  CHECK(crossed == 0);
  CHECK(right == 900);
}

TEST_CASE("a session is unknown to every other caller", "[transport][load]") {
  TestServer server;
  RawClient client = server.connect();
  const std::string session = begin_session(client, "alice");
  const std::string field = "Mcp-Session-Id: " + session + "\r\n";
  RawClient thief = server.connect();
  RawClient listener = server.connect();
  RawClient breaker = server.connect();

  thief.send(legacy_call(session, "whoami", "{}", "bob"));
  listener.send(get("/mcp", "bob", field));
  breaker.send("DELETE /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer bob\r\n" + field +
               "\r\n");

  CHECK(thief.read_answer().status == 404);
  CHECK(listener.read_answer().status == 404);
  CHECK(breaker.read_answer().status == 404);
  client.send(legacy_call(session, "whoami"));
  CHECK(text_of(client.read_answer().body) == "agent:alice");
}

TEST_CASE("a server that stops under load ends in time and answers what it began",
          "[transport][load]") {
  TestServer server;
  std::atomic<bool> stopped = false;
  std::atomic<int> answered = 0;
  std::atomic<int> broken = 0;
  std::vector<RawClient> streams;
  for (int i = 0; i < 50; ++i) {
    streams.push_back(server.connect());
    streams.back().send(
        modern("subscriptions/listen", R"("notifications":{"toolsListChanged":true})"));
    REQUIRE(streams.back().read_head().status == 200);
    REQUIRE(streams.back().read_event());
  }
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&server, &stopped, &answered, &broken] {
      RawClient client = server.connect();
      while (client.is_connected() && !stopped) {
        client.send(modern_call("echo", R"({"text":"hello"})"));
        const RawAnswer answer = client.read_answer();
        if (answer.status == 0) return;
        // A result, a refusal, or an error for what was cancelled; half an answer would be worse.
        (answer.status == 503 || parse_json(answer.body) ? answered : broken)++;
      }
    });
  }
  while (answered < 500) std::this_thread::yield();

  const auto begun = std::chrono::steady_clock::now();
  server.stop(5s);
  const auto took = std::chrono::steady_clock::now() - begun;
  stopped = true;
  threads.clear();

  CHECK(took < 5s);
  CHECK(broken == 0);
  for (RawClient& stream : streams) {
    const auto last = stream.read_event();
    REQUIRE(last);
    CHECK_THAT(*last, Catch::Contains("\"resultType\":\"complete\""));
    CHECK(!stream.read_event());
  }
}

TEST_CASE("a server that stops does not wait for calls beyond the grace", "[transport][load]") {
  TestServer server;
  RawClient idle = server.connect();
  RawClient half = server.connect();
  half.send("POST /mcp HTTP/1.1\r\n");
  RawClient waiting = server.connect();
  waiting.send(modern_call("hold"));
  REQUIRE(server.service().wait_for_held(1));

  const auto begun = std::chrono::steady_clock::now();
  server.http().stop(100ms);

  CHECK(std::chrono::steady_clock::now() - begun < 3s);
  CHECK(idle.is_closed_by_peer());
  CHECK(half.is_closed_by_peer());
  CHECK(waiting.is_closed_by_peer());
}
