#include "server/base/worker_pool.h"

#include <catch2/catch.hpp>
#include <future>
#include <stdexcept>

using namespace tier0;

namespace {

constexpr std::chrono::seconds kBound{10};

}  // namespace

TEST_CASE("a worker pool runs a job on a thread of its own", "[base][worker-pool]") {
  std::promise<std::thread::id> ran_on;
  WorkerPool pool(1, 4);

  REQUIRE(pool.submit([&ran_on] { ran_on.set_value(std::this_thread::get_id()); }));

  auto future = ran_on.get_future();
  REQUIRE(future.wait_for(kBound) == std::future_status::ready);
  CHECK(future.get() != std::this_thread::get_id());
}

TEST_CASE("a worker pool whose queue is full refuses at once", "[base][worker-pool]") {
  std::promise<void> started;
  std::promise<void> release;
  auto released = release.get_future().share();
  WorkerPool pool(1, 1);
  REQUIRE(pool.submit([&started, released] {
    started.set_value();
    released.wait_for(kBound);
  }));
  REQUIRE(started.get_future().wait_for(kBound) == std::future_status::ready);
  REQUIRE(pool.submit([] {}));

  CHECK_FALSE(pool.submit([] {}));

  release.set_value();
}

TEST_CASE("a worker pool outlives a job that throws", "[base][worker-pool]") {
  std::promise<void> ran;
  WorkerPool pool(1, 4);

  REQUIRE(pool.submit([] { throw std::runtime_error("bug"); }));
  REQUIRE(pool.submit([&ran] { ran.set_value(); }));

  CHECK(ran.get_future().wait_for(kBound) == std::future_status::ready);
}
