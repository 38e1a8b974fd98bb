// What keeps order, bounds and pace on the way to a client.
#include <catch2/catch.hpp>
#include <cmath>
#include <future>

#include "server/base/timer.h"
#include "server/mcp/caller_slots.h"
#include "server/mcp/outbox.h"
#include "server/mcp/progress_throttle.h"
#include "server/mcp/sse.h"
#include "server/mcp/strand.h"

using namespace tier0;
using namespace tier0::mcp;
using Keep = Event::Keep;

namespace {

std::string drain(Outbox& outbox) {
  std::string all;
  while (auto event = outbox.pop()) all += event->bytes + ' ';
  return all;
}

}  // namespace

TEST_CASE("an outbox keeps the order", "[mcp][outbox]") {
  Outbox outbox;
  outbox.push({.bytes = "a"});
  outbox.push({.bytes = "b", .keep = Keep::IfRoom});
  outbox.push({.bytes = "c"});

  CHECK(drain(outbox) == "a b c ");
  CHECK(outbox.empty());
}

TEST_CASE("a full outbox drops what may be dropped, oldest first", "[mcp][outbox]") {
  Outbox outbox({.events = 3});
  outbox.push({.bytes = "a"});
  outbox.push({.bytes = "p1", .keep = Keep::IfRoom});
  outbox.push({.bytes = "p2", .keep = Keep::IfRoom});

  CHECK(outbox.push({.bytes = "b"}));
  CHECK(outbox.push({.bytes = "c"}));
  CHECK(outbox.push({.bytes = "p3", .keep = Keep::IfRoom}));

  CHECK(drain(outbox) == "a b c ");
}

TEST_CASE("a full outbox says that an answer found no room", "[mcp][outbox]") {
  Outbox outbox({.events = 2});
  outbox.push({.bytes = "a"});
  outbox.push({.bytes = "b"});

  CHECK_FALSE(outbox.push({.bytes = "c"}));
  CHECK(drain(outbox) == "a b ");
}

TEST_CASE("an outbox counts bytes too, but lets one long answer pass", "[mcp][outbox]") {
  Outbox outbox({.events = 10, .bytes = 4});

  CHECK(outbox.push({.bytes = "long answer"}));
  CHECK_FALSE(outbox.push({.bytes = "x"}));
  CHECK(drain(outbox) == "long answer ");
  CHECK(outbox.push({.bytes = "abcd"}));
}

TEST_CASE("a newer event takes the place of a waiting one of its key", "[mcp][outbox]") {
  Outbox outbox({.events = 2});
  outbox.push({.bytes = "u1", .keep = Keep::Newest, .key = "u"});
  outbox.push({.bytes = "a"});

  CHECK(outbox.push({.bytes = "u2", .keep = Keep::Newest, .key = "u"}));
  CHECK_FALSE(outbox.push({.bytes = "v", .keep = Keep::Newest, .key = "v"}));

  CHECK(drain(outbox) == "u2 a ");
}

TEST_CASE("a strand runs a job that a job posts after it", "[mcp][strand]") {
  Strand strand;
  std::string order;

  strand.post([&] {
    strand.post([&] { order += 'b'; });
    order += 'a';
  });

  CHECK(order == "ab");
}

TEST_CASE("a strand never runs two jobs at once", "[mcp][strand]") {
  Strand strand;
  int inside = 0;
  int most = 0;
  int runs = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i)
          strand.post([&] {
            most = std::max(most, ++inside);
            ++runs;
            --inside;
          });
      });
  }

  CHECK(most == 1);
  CHECK(runs == 4000);
}

TEST_CASE("progress is sent at once, then held back, and the latest at the end",
          "[mcp][progress]") {
  ProgressThrottle throttle(std::chrono::milliseconds(100));
  const TimePoint start{};

  CHECK(throttle.offer({.done = 0}, start));
  CHECK_FALSE(throttle.offer({.done = 1}, start + std::chrono::milliseconds(50)));
  CHECK_FALSE(throttle.offer({.done = 2}, start + std::chrono::milliseconds(99)));
  CHECK(throttle.offer({.done = 3}, start + std::chrono::milliseconds(100)));
  CHECK_FALSE(throttle.flush());
  CHECK_FALSE(throttle.offer({.done = 4}, start + std::chrono::milliseconds(101)));
  const auto held = throttle.flush();
  REQUIRE(held);
  CHECK(held->done == 4);
}

TEST_CASE("progress that does not rise, or is no number, is not sent", "[mcp][progress]") {
  ProgressThrottle throttle(std::chrono::milliseconds(0));
  CHECK(throttle.offer({.done = 5}, {}));

  CHECK_FALSE(throttle.offer({.done = 5}, {}));
  CHECK_FALSE(throttle.offer({.done = 4}, {}));
  CHECK_FALSE(throttle.offer({.done = std::nan("")}, {}));
  CHECK_FALSE(throttle.offer({.done = 6, .total = INFINITY}, {}));
  CHECK(throttle.offer({.done = 5.5}, {}));
}

TEST_CASE("a timer runs jobs in the order of their times", "[mcp][timer]") {
  const SystemClock clock;
  std::string order;
  std::promise<void> done;
  Timer timer(clock);
  const auto now = clock.now();

  timer.at(now + std::chrono::milliseconds(40), [&] {
    order += 'b';
    done.set_value();
  });
  timer.at(now + std::chrono::milliseconds(20), [&] { order += 'a'; });
  const auto dropped = timer.at(now + std::chrono::milliseconds(30), [&] { order += 'x'; });
  timer.cancel(dropped);

  REQUIRE(done.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  CHECK(order == "ab");
}

TEST_CASE("a stopped timer runs nothing any more", "[mcp][timer]") {
  const SystemClock clock;
  std::atomic<bool> ran = false;
  Timer timer(clock);
  timer.after(std::chrono::seconds(60), [&] { ran = true; });

  timer.stop();
  timer.after(std::chrono::milliseconds(0), [&] { ran = true; });
  timer.stop();

  CHECK_FALSE(ran);
}

TEST_CASE("slots are limited in all and for each caller, and come back", "[mcp][slots]") {
  CallerSlots slots(3, 2);
  auto a1 = slots.take("a");
  auto a2 = slots.take("a");

  CHECK(a1);
  CHECK(a2);
  CHECK_FALSE(slots.take("a"));
  auto b1 = slots.take("b");
  CHECK(b1);
  CHECK_FALSE(slots.take("c"));
  a1.reset();
  CHECK(slots.take("a"));
}

TEST_CASE("server-sent events are framed as their revisions read them", "[mcp][sse]") {
  CHECK(sse_message("{}") == "event: message\ndata: {}\n\n");
  CHECK(sse_message("{}", "s1_2") == "id: s1_2\nevent: message\ndata: {}\n\n");
  CHECK(sse_priming("s1_0", std::chrono::milliseconds(500)) == "id: s1_0\nretry: 500\ndata: \n\n");
  CHECK(sse_endpoint("/messages?sessionId=x") ==
        "event: endpoint\ndata: /messages?sessionId=x\n\n");
}
