#include <catch2/catch.hpp>

#include "tests/transport/test_server.h"

using namespace tier0;
using namespace tier0::transport;
using namespace std::chrono_literals;

namespace {

std::string listen(const std::string& caller = "alice", int id = 1) {
  return modern("subscriptions/listen", R"("notifications":{"toolsListChanged":true})", caller, id);
}

mcp::Options streaming_soon() {
  mcp::Options options;
  options.stream_after = 50ms;
  options.progress_interval = 0ms;
  return options;
}

}  // namespace

TEST_CASE("a modern call that reports progress is answered by a stream", "[transport][streams]") {
  TestServer server(two_callers(), streaming_soon());
  RawClient client = server.connect();

  client.send(modern_call("progress", R"({"count":3})"));
  const RawAnswer head = client.read_head();

  CHECK(head.status == 200);
  CHECK(head.headers.at("content-type") == "text/event-stream");
  CHECK(head.headers.at("cache-control") == "no-cache");
  CHECK(head.headers.at("x-accel-buffering") == "no");
  CHECK(head.headers.at("connection") == "close");
  CHECK(!head.headers.contains("content-length"));
  std::string last;
  int events = 0;
  while (auto event = client.read_event()) {
    if (event->empty()) continue;
    last = *event;
    ++events;
  }
  CHECK(events >= 2);
  CHECK(text_of(last) == "done");
  CHECK(client.is_closed_by_peer());
}

TEST_CASE("closing the stream of a modern call cancels it", "[transport][streams]") {
  TestServer server;
  RawClient client = server.connect();
  client.send(modern_call("hold"));
  REQUIRE(server.service().wait_for_held(1));

  const auto closed = std::chrono::steady_clock::now();
  client.close();

  REQUIRE(server.service().wait_for_cancelled(1));
  CHECK(std::chrono::steady_clock::now() - closed < 3s);
}

TEST_CASE("closing the connection of a legacy call does not cancel it", "[transport][streams]") {
  TestServer server(two_callers(), streaming_soon());
  RawClient first = server.connect();
  const std::string session = begin_session(first);
  {
    RawClient client = server.connect();
    client.send(legacy_call(session, "hold"));
    REQUIRE(server.service().wait_for_held(1));
    REQUIRE(client.read_head().headers.at("content-type") == "text/event-stream");
  }
  // A later disconnect is noticed, so the earlier one has been.
  RawClient modern_client = server.connect();
  modern_client.send(modern_call("hold"));
  REQUIRE(server.service().wait_for_held(2));
  modern_client.close();
  REQUIRE(server.service().wait_for_cancelled(1));

  CHECK(server.service().cancelled() == 1);
}

TEST_CASE("a listen stream begins with its acknowledgement and brings changes",
          "[transport][streams]") {
  TestServer server;
  RawClient client = server.connect();
  client.send(listen());
  REQUIRE(client.read_head().status == 200);
  const auto acknowledged = client.read_event();
  REQUIRE(acknowledged);
  CHECK_THAT(*acknowledged, Catch::Contains("notifications/subscriptions/acknowledged"));

  server.endpoint().tools_changed();

  const auto changed = client.read_event();
  REQUIRE(changed);
  CHECK_THAT(*changed, Catch::Contains("notifications/tools/list_changed"));
}

TEST_CASE("hundreds of idle streams leave calls alone", "[transport][streams]") {
  constexpr int kStreams = 400;
  HttpOptions options = two_callers();
  options.limits.connections = 64;  // A stream is no connection any more.
  TestServer server(options);
  std::vector<RawClient> streams;
  for (int i = 0; i < kStreams; ++i) {
    streams.push_back(server.connect());
    streams.back().send(listen("alice", i));
    REQUIRE(streams.back().read_head().status == 200);
    REQUIRE(streams.back().read_event());
  }

  RawClient client = server.connect();
  for (int i = 0; i < 100; ++i) {
    client.send(modern_call("echo", R"({"text":"hello"})"));
    REQUIRE(text_of(client.read_answer().body) == "hello");
  }
  server.endpoint().tools_changed();

  for (RawClient& stream : streams) REQUIRE(stream.read_event());
}

TEST_CASE("streams beyond the limit are refused", "[transport][streams]") {
  HttpOptions options = two_callers();
  options.limits.streams = 1;
  TestServer server(options, streaming_soon());
  RawClient first = server.connect();
  first.send(listen());
  REQUIRE(first.read_head().status == 200);
  REQUIRE(first.read_event());

  RawClient second = server.connect();
  second.send(listen());
  RawClient third = server.connect();
  third.send(get("/sse"));

  CHECK(second.read_answer().status == 503);
  CHECK(third.read_answer().status == 503);
}

TEST_CASE("a session has a stream of its own", "[transport][streams]") {
  TestServer server;
  RawClient client = server.connect();
  const std::string session = begin_session(client);
  RawClient stream = server.connect();
  stream.send(get("/mcp", "alice", "Mcp-Session-Id: " + session + "\r\n"));
  REQUIRE(stream.read_head().status == 200);

  server.endpoint().tools_changed();

  std::optional<std::string> event;
  do {
    event = stream.read_event();
  } while (event && event->empty());
  REQUIRE(event);
  CHECK_THAT(*event, Catch::Contains("notifications/tools/list_changed"));
}

TEST_CASE("an idle stream gets comments on the wire", "[transport][streams]") {
  HttpOptions options = two_callers();
  options.limits.comment_every = 50ms;
  TestServer server(options);
  RawClient client = server.connect();

  client.send(listen());

  CHECK(client.read_until("\r\n: ka\n\n\r\n"));
}

TEST_CASE("a client of HTTP/1.0 gets a stream that ends with its connection",
          "[transport][streams]") {
  TestServer server(two_callers(), streaming_soon());
  RawClient client = server.connect();
  std::string request = modern_call("progress", R"({"count":2})");
  request.replace(request.find("HTTP/1.1"), 8, "HTTP/1.0");

  client.send(request);
  const RawAnswer head = client.read_head();

  CHECK(!head.headers.contains("transfer-encoding"));
  CHECK(client.read_until("\"done\""));
  CHECK(client.is_closed_by_peer());
}
