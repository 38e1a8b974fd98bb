#include "server/transport/connection_threads.h"

#include <catch2/catch.hpp>
#include <future>

using namespace tier0;
using namespace tier0::transport;
using namespace std::chrono_literals;

namespace {

TimePoint soon() {
  return std::chrono::steady_clock::now() + 10s;
}

bool run(ConnectionThreads& threads, std::function<void()> job) {
  return threads.run(job);
}

}  // namespace

TEST_CASE("connection threads run up to the limit at once and refuse the next", "[transport]") {
  ConnectionThreads threads(3);
  std::promise<void> gate;
  const auto open = gate.get_future().share();
  std::atomic<int> ran = 0;
  const auto job = [open, &ran] {
    open.wait();
    ++ran;
  };

  REQUIRE(run(threads, job));
  REQUIRE(run(threads, job));
  REQUIRE(run(threads, job));
  const bool fourth = run(threads, job);
  gate.set_value();

  CHECK(!fourth);
  REQUIRE(threads.wait_until_idle(soon()));
  CHECK(ran == 3);
}

TEST_CASE("connection threads take a job again after one has ended", "[transport]") {
  ConnectionThreads threads(1);
  for (int i = 0; i < 200; ++i) {
    REQUIRE(run(threads, [] {}));
    REQUIRE(threads.wait_until_idle(soon()));
  }
}

TEST_CASE("connection threads leave a refused job alone", "[transport]") {
  ConnectionThreads threads(0);
  bool ran = false;
  std::function<void()> job = [&ran] { ran = true; };

  REQUIRE(!threads.run(job));

  REQUIRE(job);
  job();
  CHECK(ran);
}

TEST_CASE("connection threads that are joined refuse new jobs", "[transport]") {
  ConnectionThreads threads(4);
  std::atomic<int> ran = 0;
  for (int i = 0; i < 4; ++i) run(threads, [&ran] { ++ran; });

  threads.join();

  CHECK(ran == 4);
  CHECK(!run(threads, [] {}));
}

TEST_CASE("waiting for connection threads ends at the deadline", "[transport]") {
  ConnectionThreads threads(1);
  std::promise<void> gate;
  REQUIRE(run(threads, [&gate] { gate.get_future().wait(); }));

  const bool idle = threads.wait_until_idle(std::chrono::steady_clock::now() + 10ms);
  gate.set_value();

  CHECK(!idle);
}
