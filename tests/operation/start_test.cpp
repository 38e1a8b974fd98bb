// What stands in the way of a new operation, who may watch it, and what the audit says.
#include "tests/operation/bench.h"

using namespace tier0;

namespace {

Plan leasing(const std::string& name) {
  Plan plan;
  plan.leases = {name};
  return plan;
}

/// Of an operation that waits for as long as the test takes.
Json held_script() {
  return {{"check", {"slow"}}};
}

}  // namespace

TEST_CASE("an operation that wants what another one has is refused, naming it", "[operation]") {
  OperationBench bench;
  const std::string first = bench.begin_id(bench.request(held_script()), leasing("vps:1"));

  const auto second = bench.begin(bench.request(), leasing("vps:1"));
  const auto other = bench.begin(bench.request(), leasing("vps:2"));

  REQUIRE(!second);
  CHECK(second.error().code == Code::Locked);
  CHECK(second.error().message == "operation " + first + " works on vps:1");
  CHECK(second.error().details[0].problem == first);
  CHECK(other);
}

TEST_CASE("a lease is free once its operation ended, and kept while the outcome is unknown",
          "[operation]") {
  OperationBench bench;
  bench.end_of(bench.begin_id(bench.request(), leasing("vps:1")));
  const auto next = bench.begin(bench.request({{"first", {"unknown"}}}), leasing("vps:1"));
  REQUIRE(next);
  bench.end_of(next->operation);

  const auto third = bench.begin(bench.request(), leasing("vps:1"));

  REQUIRE(!third);
  CHECK(third.error().code == Code::Locked);
}

TEST_CASE("an operation does not begin on what was read before another one ended", "[operation]") {
  OperationBench bench;
  OperationStart late = bench.request();
  late.planned = bench.clock.now();
  OperationStart fresh = bench.request();
  bench.end_of(bench.begin_id(bench.request(), leasing("vps:1")));
  fresh.planned = bench.clock.now();

  const auto refused = bench.begin(late, leasing("vps:1"));
  const auto elsewhere = bench.begin(late, leasing("vps:2"));
  const auto begun = bench.begin(fresh, leasing("vps:1"));

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::Conflict);
  CHECK(elsewhere);
  CHECK(begun);
}

TEST_CASE("the same idempotency key with the same arguments is the first operation again",
          "[operation]") {
  OperationBench bench;
  OperationStart start = bench.request();
  start.idempotency_key = "key";
  const std::string first = bench.begin_id(start);
  bench.end_of(first);
  start.call = "call-again";

  const auto again = bench.begin(start);

  REQUIRE(again);
  CHECK(again->replayed);
  CHECK(again->operation == first);
  CHECK(bench.world().size() == 2);
}

TEST_CASE("the same idempotency key with other arguments is refused", "[operation]") {
  OperationBench bench;
  OperationStart start = bench.request();
  start.idempotency_key = "key";
  bench.begin_id(start);
  OperationStart other = bench.request(held_script());
  other.idempotency_key = "key";

  const auto again = bench.begin(other);

  REQUIRE(!again);
  CHECK(again.error().code == Code::IdempotencyConflict);
}

TEST_CASE("a plan that was applied is not applied again", "[operation]") {
  OperationBench bench;
  PlanRow plan;
  plan.id = "plan";
  REQUIRE(bench.store.plans().add_plan(plan));
  OperationStart start = bench.request();
  start.plan = "plan";
  const std::string first = bench.begin_id(start);
  start.call = "call-again";

  const auto again = bench.begin(start);

  REQUIRE(!again);
  CHECK(again.error().code == Code::Conflict);
  CHECK(again.error().details[0].problem == first);
}

TEST_CASE("the audit of a call ends with its operation", "[operation]") {
  OperationBench bench;
  const OperationStart good = bench.request();
  const OperationStart bad = bench.request({{"first", {"failed"}}});
  const OperationStart running = bench.request(held_script());

  const OperationSnapshot end = bench.end_of(bench.begin_id(good));
  bench.end_of(bench.begin_id(bad));
  bench.begin_id(running);

  CHECK(bench.audited(good.call)["kind"] == "ok");
  CHECK(bench.audited(good.call)["summary"] == "the toy is done");
  CHECK(bench.audited(good.call)["operation_id"] == end.id);
  CHECK(bench.audited(bad.call)["kind"] == "upstream");
  CHECK(bench.audited(running.call)["state"] == "open");
}

TEST_CASE("a watcher hears of the steps and once of the end", "[operation]") {
  OperationBench bench;
  std::atomic<int> ends = 0;
  Mutex mutex;
  std::vector<std::string> heard;
  const std::string id = bench.begin_id(bench.request({{"look", Json(5, "again")}}));

  bench.engine().watch(id, bench.clock.now() + std::chrono::seconds(20),
                       {.progress =
                            [&](double, double total, const std::string& message) {
                              const MutexLock lock(mutex);
                              heard.push_back(message + " of " + std::to_string(int(total)));
                            },
                        .settled = [&](const Result<OperationSnapshot>&) { ++ends; }});
  bench.end_of(id);
  bench.eventually([&] { return ends == 1; });
  bench.stop_engine();

  CHECK(ends == 1);
  CHECK(std::find(heard.begin(), heard.end(), "second of 4") != heard.end());
}

TEST_CASE("a watcher is told at its deadline that the operation runs", "[operation]") {
  OperationBench bench;
  const std::string id = bench.begin_id(bench.request(held_script()));
  std::promise<Result<OperationSnapshot>> told;
  auto future = told.get_future();

  bench.engine().watch(
      id, bench.clock.now() + std::chrono::milliseconds(30),
      {.settled = [&](Result<OperationSnapshot> s) { told.set_value(std::move(s)); }});

  REQUIRE(future.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  const auto snapshot = future.get();
  REQUIRE(snapshot);
  CHECK(snapshot->status == OperationStatus::Running);
  CHECK(snapshot->steps == 4);
  const auto answer = answer_of(*snapshot);
  REQUIRE(answer);
  CHECK_FALSE(answer->changed.has_value());
  CHECK(answer->next[0]["tool"] == "wait-for-operation");
}

TEST_CASE("whoever stopped watching hears nothing", "[operation]") {
  OperationBench bench;
  const std::string id = bench.begin_id(bench.request({{"check", Json(20, "again")}}));
  std::atomic<int> ends = 0;
  const auto watch =
      bench.engine().watch(id, bench.clock.now() + std::chrono::seconds(20),
                           {.settled = [&](const Result<OperationSnapshot>&) { ++ends; }});

  bench.engine().unwatch(watch);
  bench.end_of(id);
  bench.stop_engine();

  CHECK(ends == 0);
}

TEST_CASE("watching what ended long ago or never was answers at once", "[operation]") {
  OperationBench bench;
  const std::string id = bench.run().id;
  std::promise<Result<OperationSnapshot>> told;
  auto future = told.get_future();

  CHECK(bench.end_of(id).status == OperationStatus::Done);
  bench.engine().watch("nothing", TimePoint::max(), {.settled = [&](Result<OperationSnapshot> s) {
                         told.set_value(std::move(s));
                       }});

  REQUIRE(future.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  const auto nothing = future.get();
  REQUIRE(!nothing);
  CHECK(nothing.error().code == Code::NotFound);
}

TEST_CASE("a shutdown settles watchers and starts nothing more", "[operation]") {
  OperationBench bench;
  const std::string id = bench.begin_id(bench.request(held_script()));
  std::optional<OperationStatus> told;
  bench.engine().watch(id, TimePoint::max(), {.settled = [&](const Result<OperationSnapshot>& s) {
                         if (s) told = s->status;
                       }});

  bench.engine().shutdown();
  const auto late = bench.begin(bench.request());

  CHECK(told == OperationStatus::Running);
  REQUIRE(!late);
  CHECK(late.error().code == Code::Overloaded);
}
