#include "server/hosting/single_flight.h"

#include <catch2/catch.hpp>
#include <functional>
#include <future>

#include "tests/hosting/provider.h"

using namespace tier0;
using namespace std::chrono_literals;
using fakes::answer;
using fakes::ReceivedRequest;
using fakes::ScriptedServer;
using fakes::Then;
using hosting::Reply;
using hosting::ReplyOutcome;
using hosting::SingleFlight;

namespace {

const SystemClock kSystem;

/// Answers once it is told to.
class Gate {
 public:
  void open() { opened_.set_value(); }
  void wait() { future_.wait_for(20s); }

 private:
  std::promise<void> opened_;
  std::shared_future<void> future_ = opened_.get_future().share();
};

/// What one gets who asks while another does. Nobody can see that a follower waits, and one who
/// comes late asks for himself; so it is tried until it was `shared`, or often enough.
ReplyOutcome follow_once(const std::function<ReplyOutcome()>& lead,
                         const std::function<ReplyOutcome()>& ask_alone,
                         bool shared(const ReplyOutcome&)) {
  ReplyOutcome outcome = Error{};
  for (int attempt = 0; attempt < 100; ++attempt) {
    SingleFlight flights(kSystem);
    Gate entered;
    Gate gate;
    auto leader = std::async(std::launch::async, [&] {
      return flights.run("key", {}, [&] {
        entered.open();
        gate.wait();
        return lead();
      });
    });
    entered.wait();
    auto follower = std::async(std::launch::async, [&] {
      return flights.run("key", {.deadline = kSystem.now() + 60s}, ask_alone);
    });
    follower.wait_for(10ms);
    gate.open();
    leader.wait();
    outcome = follower.get();
    if (shared(outcome)) break;
  }
  return outcome;
}

}  // namespace

TEST_CASE("a read is not sent while the same one is under way", "[hosting][flight]") {
  Gate gate;
  ScriptedServer server([&](const ReceivedRequest&) {
    gate.wait();
    return answer(200, kVpsBody);
  });
  const auto api = make_hostinger_client(options_for(server), kSystem);
  auto first = std::async(std::launch::async, [&] {
    return api->get_vps(kVps17923, {.deadline = kSystem.now() + 60s});
  });
  REQUIRE(server.wait_for_requests(1));

  for (int i = 0; i < 3; ++i)
    CHECK(api->get_vps(kVps17923, {.deadline = kSystem.now() + 20ms}).error().code ==
          Code::Timeout);

  CHECK(server.requests().size() == 1);
  gate.open();
  CHECK(first.get());
}

TEST_CASE("those who ask the same get the answer of the first", "[hosting][flight]") {
  const ReplyOutcome leaders = std::make_shared<const Reply>(Reply{.status = 201});
  const ReplyOutcome own = std::make_shared<const Reply>(Reply{.status = 202});

  const ReplyOutcome follower =
      follow_once([&] { return leaders; }, [&] { return own; },
                  [](const ReplyOutcome& outcome) { return outcome && (*outcome)->status == 201; });

  CHECK((*follower)->status == 201);
}

TEST_CASE("a read after a write does not share the answer of one before it", "[hosting][flight]") {
  Gate gate;
  ScriptedServer server([&](const ReceivedRequest& request) {
    if (request.method == "POST") return answer(200, kActionBody);
    if (request.connection == 1) gate.wait();
    return answer(200, kVpsBody);
  });
  const auto api = make_hostinger_client(options_for(server), kSystem);
  const Cancel bound{.deadline = kSystem.now() + 60s};
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
  const auto api = make_hostinger_client(options_for(server), kSystem);
  std::stop_source stop;
  auto leader = std::async(std::launch::async,
                           [&] { return api->get_vps(kVps17923, {.stop = stop.get_token()}); });
  REQUIRE(server.wait_for_requests(1));
  auto follower = std::async(std::launch::async, [&] {
    return api->get_vps(kVps17923, {.deadline = kSystem.now() + 60s});
  });
  CHECK(follower.wait_for(20ms) == std::future_status::timeout);

  stop.request_stop();

  CHECK(leader.get().error().code == Code::Cancelled);
  CHECK(follower.get());
}

TEST_CASE("a follower ends at its own deadline", "[hosting][flight][cancel]") {
  ScriptedServer server([](const ReceivedRequest&) { return fakes::raw("", Then::Hold); });
  const auto api = make_hostinger_client(options_for(server), kSystem);
  std::stop_source stop;
  auto leader = std::async(std::launch::async,
                           [&] { return api->get_vps(kVps17923, {.stop = stop.get_token()}); });
  REQUIRE(server.wait_for_requests(1));

  const auto follower = api->get_vps(kVps17923, {.deadline = kSystem.now() + 40ms});

  CHECK(follower.error().code == Code::Timeout);
  stop.request_stop();
  CHECK(!leader.get());
}

TEST_CASE("an exception of the leader does not leave followers waiting", "[hosting][flight]") {
  const ReplyOutcome own = std::make_shared<const Reply>();

  const ReplyOutcome follower =
      follow_once([]() -> ReplyOutcome { throw std::bad_alloc(); }, [&] { return own; },
                  [](const ReplyOutcome& outcome) { return !outcome; });

  REQUIRE(!follower);
  CHECK(follower.error().code == Code::Internal);
}
