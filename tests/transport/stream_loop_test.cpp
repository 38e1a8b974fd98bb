#include "server/transport/stream_loop.h"

#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <future>

#include "server/transport/exchange.h"
#include "tests/transport/raw_client.h"

using namespace tier0;
using namespace tier0::transport;
using namespace std::chrono_literals;

namespace {

HttpLimits quick() {
  HttpLimits limits;
  limits.comment_every = 50ms;
  limits.write_time = 200ms;
  return limits;
}

/// A loop and one stream on it, as after its head was written.
struct Streaming {
  explicit Streaming(const HttpLimits& limits = {}) : loop(std::make_shared<StreamLoop>(limits)) {
    REQUIRE(loop->start());
  }
  ~Streaming() { loop->stop(std::chrono::steady_clock::now()); }

  RawClient open(const std::shared_ptr<Exchange>& exchange) {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const int small = 4096;
    ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    exchange->stream({});
    loop->adopt(Descriptor(ends[0]), "head\r\n\r\n", exchange);
    return RawClient(Descriptor(ends[1]));
  }

  std::shared_ptr<Exchange> exchange(Exchange::Framing framing = Exchange::Framing::Chunked) {
    return std::make_shared<Exchange>(loop, framing);
  }

  std::shared_ptr<StreamLoop> loop;
};

mcp::Event event(const std::string& text, mcp::Event::Keep keep = mcp::Event::Keep::Always) {
  return {.bytes = "data: " + text + "\n\n", .keep = keep, .key = text};
}

}  // namespace

TEST_CASE("a stream delivers its events in order and then ends", "[transport][stream]") {
  Streaming streaming;
  const auto exchange = streaming.exchange();
  RawClient client = streaming.open(exchange);

  for (int i = 0; i < 100; ++i) CHECK(exchange->send(event(std::to_string(i))));
  exchange->end();

  CHECK(client.read_until("\r\n\r\n") == "head\r\n\r\n");
  for (int i = 0; i < 100; ++i) REQUIRE(client.read_event() == std::to_string(i));
  CHECK(!client.read_event());
  CHECK(client.is_closed_by_peer());
}

TEST_CASE("events that come before a stream is adopted are delivered", "[transport][stream]") {
  Streaming streaming;
  const auto exchange = streaming.exchange();
  exchange->stream({});
  CHECK(exchange->send(event("early")));
  exchange->end();

  RawClient client = streaming.open(exchange);

  CHECK(client.read_until("\r\n\r\n"));
  CHECK(client.read_event() == "early");
  CHECK(!client.read_event());
}

TEST_CASE("a stream for HTTP/1.0 is not chunked and ends with the connection",
          "[transport][stream]") {
  Streaming streaming;
  const auto exchange = streaming.exchange(Exchange::Framing::UntilClose);
  RawClient client = streaming.open(exchange);

  exchange->send(event("plain"));
  exchange->end();

  CHECK(client.read_until("plain\n\n") == "head\r\n\r\ndata: plain\n\n");
  CHECK(client.is_closed_by_peer());
}

TEST_CASE("an idle stream gets comments", "[transport][stream]") {
  Streaming streaming(quick());
  const auto exchange = streaming.exchange();
  RawClient client = streaming.open(exchange);

  CHECK(client.read_until(": ka\n\n\r\n"));
  CHECK(client.read_until(": ka\n\n\r\n"));
}

TEST_CASE("a stream whose reader leaves is reported once", "[transport][stream]") {
  Streaming streaming;
  const auto exchange = streaming.exchange();
  std::promise<void> gone;
  exchange->on_gone([&gone] { gone.set_value(); });
  RawClient client = streaming.open(exchange);
  REQUIRE(client.read_until("\r\n\r\n"));

  client.close();

  REQUIRE(gone.get_future().wait_for(10s) == std::future_status::ready);
  CHECK(!exchange->send(event("late")));
}

TEST_CASE("a callback that comes after its reader left still runs", "[transport][stream]") {
  Streaming streaming;
  const auto exchange = streaming.exchange();
  exchange->gone();
  std::promise<std::thread::id> gone;

  exchange->on_gone([&gone] { gone.set_value(std::this_thread::get_id()); });

  auto ran_on = gone.get_future();
  REQUIRE(ran_on.wait_for(10s) == std::future_status::ready);
  CHECK(ran_on.get() != std::this_thread::get_id());
}

TEST_CASE("a stream that has ended does not report its reader", "[transport][stream]") {
  Streaming streaming;
  const auto exchange = streaming.exchange();
  std::atomic<bool> gone = false;
  exchange->on_gone([&gone] { gone = true; });
  {
    RawClient client = streaming.open(exchange);
    exchange->end();
    REQUIRE(client.read_until("0\r\n\r\n"));
  }
  streaming.loop->stop(std::chrono::steady_clock::now() + 10s);

  CHECK(!gone);
}

TEST_CASE("a slow reader loses progress but no answer", "[transport][stream]") {
  Streaming streaming;
  const auto exchange = streaming.exchange();
  RawClient client = streaming.open(exchange);
  const std::string text(1000, 'x');

  for (int i = 0; i < 1000; ++i) REQUIRE(exchange->send(event(text, mcp::Event::Keep::IfRoom)));
  REQUIRE(exchange->send(event("answer")));
  exchange->end();

  int progress = 0;
  std::optional<std::string> last;
  CHECK(client.read_until("\r\n\r\n"));
  while (auto next = client.read_event()) {
    if (*next == text) ++progress;
    last = next;
  }
  CHECK(last == "answer");
  CHECK(progress < 1000);
}

TEST_CASE("a stream is cut where an answer finds no room", "[transport][stream]") {
  Streaming streaming;
  const auto exchange = streaming.exchange();
  std::promise<void> gone;
  exchange->on_gone([&gone] { gone.set_value(); });
  RawClient client = streaming.open(exchange);
  const std::string text(100'000, 'x');

  bool room = true;
  for (int i = 0; i < 1000 && room; ++i) room = exchange->send(event(text));

  CHECK(!room);
  CHECK(gone.get_future().wait_for(10s) == std::future_status::ready);
  CHECK(client.is_closed_by_peer());
}

TEST_CASE("a reader that takes nothing for too long is cut", "[transport][stream]") {
  Streaming streaming(quick());
  const auto exchange = streaming.exchange();
  std::promise<void> gone;
  exchange->on_gone([&gone] { gone.set_value(); });
  RawClient client = streaming.open(exchange);

  exchange->send(event(std::string(1'000'000, 'x')));

  CHECK(gone.get_future().wait_for(10s) == std::future_status::ready);
}

TEST_CASE("a loop that stops lets streams end until the deadline and cuts the rest",
          "[transport][stream]") {
  Streaming streaming;
  const auto ending = streaming.exchange();
  const auto staying = streaming.exchange();
  RawClient first = streaming.open(ending);
  RawClient second = streaming.open(staying);
  ending->send(event("bye"));
  ending->end();

  streaming.loop->stop(std::chrono::steady_clock::now() + 50ms);

  CHECK(first.read_until("\r\n\r\n"));
  CHECK(first.read_event() == "bye");
  CHECK(second.is_closed_by_peer());
  CHECK(streaming.loop->streams() == 0);
}

TEST_CASE("an exchange outlives its loop's end", "[transport][stream]") {
  std::shared_ptr<Exchange> exchange;
  {
    Streaming streaming;
    exchange = streaming.exchange();
    RawClient client = streaming.open(exchange);
    streaming.loop->stop(std::chrono::steady_clock::now());
  }

  CHECK(!exchange->send(event("late")));
  exchange->end();
  exchange->on_gone([] {});
}

TEST_CASE("a lingering socket takes what its peer still sends before it is closed",
          "[transport][stream]") {
  Streaming streaming;
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  RawClient client{Descriptor(ends[1])};

  streaming.loop->linger(Descriptor(ends[0]));

  CHECK(client.send(std::string(1'000'000, 'x')));
  CHECK(client.is_closed_by_peer());
}
