#include "server/broker/worker_pool.h"

#include <catch2/catch.hpp>
#include <future>

using namespace tier0;

TEST_CASE("the pool refuses at once when its queue is full", "[broker][pool]") {
  WorkerPool pool(1, 1);
  std::promise<void> started;
  std::promise<void> release;
  REQUIRE(pool.submit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  REQUIRE(pool.submit([] {}));

  const bool accepted = pool.submit([] {});

  CHECK(!accepted);
  release.set_value();
}

TEST_CASE("the pool goes on after a job that throws", "[broker][pool]") {
  WorkerPool pool(1, 4);
  std::promise<int> answer;
  REQUIRE(pool.submit([] { throw std::runtime_error("broken"); }));

  REQUIRE(pool.submit([&] { answer.set_value(7); }));

  CHECK(answer.get_future().get() == 7);
}

TEST_CASE("a stopped pool takes no more jobs", "[broker][pool]") {
  WorkerPool pool(2, 4);

  pool.stop();

  CHECK(!pool.submit([] {}));
}
