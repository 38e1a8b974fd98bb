#include "server/hosting/single_flight.h"

#include <catch2/catch.hpp>
#include <future>

#include "tests/hosting/provider.h"

using namespace tier0;
using namespace std::chrono_literals;
using fakes::answer;
using fakes::ReceivedRequest;
using fakes::ScriptedServer;
using fakes::Then;

namespace {

const SystemClock kReal;

/// Answers once it is told to.
class Gate {
 public:
  void open() { opened_.set_value(); }
  void wait() { future_.wait_for(20s); }

 private:
  std::promise<void> opened_;
  std::shared_future<void> future_ = opened_.get_future().share();
};

}  // namespace

TEST_CASE("reads that ask the same at the same time share one request", "[hosting][flight]") {
  Gate gate;
  ScriptedServer server([&](const ReceivedRequest&) {
    gate.wait();
    return answer(200, kVpsBody);
  });
  const auto api = make_hostinger_client(options_for(server), kReal);
  const auto ask = [&] { return api->get_vps(kVps17923, {.deadline = kReal.now() + 60s}); };
  auto first = std::async(std::launch::async, ask);
  REQUIRE(server.wait_for_requests(1));
  std::vector<std::future<Result<Vps>>> rest;
  for (int i = 0; i < 5; ++i) rest.push_back(std::async(std::launch::async, ask));
  for (auto& one : rest) CHECK(one.wait_for(20ms) == std::future_status::timeout);

  gate.open();

  CHECK(first.get());
  for (auto& one : rest) CHECK(one.get());
  CHECK(server.requests().size() == 1);
}

TEST_CASE("a read after a write does not share the answer of one before it", "[hosting][flight]") {
  Gate gate;
  ScriptedServer server([&](const ReceivedRequest& request) {
    if (request.method == "POST") return answer(200, kActionBody);
    if (request.connection == 1) gate.wait();
    return answer(200, kVpsBody);
  });
  const auto api = make_hostinger_client(options_for(server), kReal);
  const Cancel bound{.deadline = kReal.now() + 60s};
  auto before = std::async(std::launch::async, [&] { return api->get_vps(kVps17923, bound); });
  REQUIRE(server.wait_for_requests(1));

  REQUIRE(api->start_vps(kVps17923, bound));
  CHECK(api->get_vps(kVps17923, bound));

  CHECK(server.requests().size() == 3);
  gate.open();
  CHECK(before.get());
}

TEST_CASE("a leader that gives up leaves the question to those who follow", "[hosting][flight]") {
  ScriptedServer server({fakes::raw("", Then::Hold), answer(200, kVpsBody)});
  const auto api = make_hostinger_client(options_for(server), kReal);
  std::stop_source stop;
  auto leader = std::async(std::launch::async,
                           [&] { return api->get_vps(kVps17923, {.stop = stop.get_token()}); });
  REQUIRE(server.wait_for_requests(1));
  auto follower = std::async(
      std::launch::async, [&] { return api->get_vps(kVps17923, {.deadline = kReal.now() + 60s}); });
  CHECK(follower.wait_for(20ms) == std::future_status::timeout);

  stop.request_stop();

  CHECK(leader.get().error().code == Code::Cancelled);
  CHECK(follower.get());
}

TEST_CASE("a follower ends at its own deadline", "[hosting][flight][cancel]") {
  ScriptedServer server([](const ReceivedRequest&) { return fakes::raw("", Then::Hold); });
  const auto api = make_hostinger_client(options_for(server), kReal);
  std::stop_source stop;
  auto leader = std::async(std::launch::async,
                           [&] { return api->get_vps(kVps17923, {.stop = stop.get_token()}); });
  REQUIRE(server.wait_for_requests(1));

  const auto follower = api->get_vps(kVps17923, {.deadline = kReal.now() + 40ms});

  CHECK(follower.error().code == Code::Timeout);
  stop.request_stop();
  CHECK(!leader.get());
}

TEST_CASE("an exception of the leader does not leave followers waiting", "[hosting][flight]") {
  hosting::SingleFlight flights(kReal);
  Gate entered;
  Gate gate;
  auto leader = std::async(std::launch::async, [&] {
    return flights.run("key", {}, [&]() -> hosting::ReplyOutcome {
      entered.open();
      gate.wait();
      throw std::bad_alloc();
    });
  });
  entered.wait();
  auto follower = std::async(std::launch::async, [&] {
    return flights.run("key", {.deadline = kReal.now() + 60s}, []() -> hosting::ReplyOutcome {
      return std::make_shared<const hosting::Reply>();
    });
  });
  CHECK(follower.wait_for(20ms) == std::future_status::timeout);

  gate.open();

  CHECK_THROWS_AS(leader.get(), std::bad_alloc);
  CHECK(follower.get().error().code == Code::Internal);
}
