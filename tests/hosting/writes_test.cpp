// Writes are sent once, whatever comes back.
#include <catch2/catch.hpp>
#include <future>

#include "tests/hosting/provider.h"

using namespace tier0;
using namespace std::chrono_literals;
using fakes::answer;
using fakes::Answer;
using fakes::ReceivedRequest;
using fakes::ScriptedServer;
using fakes::Then;

namespace {

const SystemClock kWallClock;

}  // namespace

TEST_CASE("an accepted write brings its action", "[hosting][writes]") {
  const int status = GENERATE(200, 201, 202);
  ScriptedProvider provider({answer(status, kActionBody)});

  const auto accepted = provider.api->restart_vps(kVps17923, {});

  REQUIRE(accepted);
  REQUIRE(accepted->action);
  CHECK(accepted->action->id.value == "90017");
  CHECK(accepted->action->state == ActionState::Sent);
  CHECK(provider.server.requests().at(0).method == "POST");
}

TEST_CASE("an accepted write with a hollow answer brings no action", "[hosting][writes]") {
  const std::string body =
      GENERATE("", "{}", "null", "[]", R"({"id":0,"name":"","state":""})",
               R"({"id":7,"name":"","state":""})", R"({"message":"Request accepted"})");
  INFO(body);
  ScriptedProvider provider({answer(200, body)});

  const auto accepted = provider.api->attach_keys(kVps17923, {PublicKeyId{"325"}}, {});

  REQUIRE(accepted);
  CHECK(!accepted->action);
}

TEST_CASE("a write without a readable answer is sent once and may have happened",
          "[hosting][writes]") {
  const auto [name, bad] = GENERATE(table<std::string, Answer>({
      {"nothing", fakes::raw("", Then::Close)},
      {"a reset", fakes::raw("", Then::Reset)},
      {"garbage", fakes::raw("garbage\r\n\r\n", Then::Close)},
      {"half a head", fakes::raw("HTTP/1.1 200 OK\r\nX-", Then::Close)},
      {"half a body", fakes::raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", Then::Close)},
      {"half a document", answer(200, R"({"id":1)")},
      {"a page", answer(200, "<html></html>", "text/html")},
      {"504", answer(504, "<html></html>", "text/html")},
      {"524 of the edge", answer(524, "error code: 524", "text/plain")},
  }));
  INFO(name);
  ScriptedProvider provider({bad, answer(200, kActionBody)});

  const auto accepted = provider.api->restart_vps(kVps17923, {});

  REQUIRE(!accepted);
  CHECK(accepted.error().code == Code::TimeoutUnknown);
  CHECK(accepted.error().maybe_done);
  CHECK(accepted.error().hint.find("17923") != std::string::npos);
  CHECK(provider.server.requests().size() == 1);
}

TEST_CASE("a write after reads is not resent on a connection that died", "[hosting][writes]") {
  ScriptedProvider provider(
      {answer(200, kVpsBody), fakes::raw("", Then::Close), answer(200, kActionBody)});
  REQUIRE(provider.api->get_vps(kVps17923, {}));

  const auto accepted = provider.api->restart_vps(kVps17923, {});

  REQUIRE(!accepted);
  CHECK(accepted.error().code == Code::TimeoutUnknown);
  CHECK(provider.server.requests().size() == 2);
}

TEST_CASE("a fault of the provider leaves a write in doubt, and is not repeated",
          "[hosting][writes]") {
  const int status = GENERATE(500, 502, 503, 520);
  INFO(status);
  ScriptedProvider provider({answer(status, R"({"message":"[VPS:9999] Oops."})")});

  const auto accepted = provider.api->stop_vps(kVps17923, {});

  REQUIRE(!accepted);
  CHECK(accepted.error().code == Code::Upstream);
  CHECK(accepted.error().maybe_done);
  CHECK(provider.server.requests().size() == 1);
}

TEST_CASE("a refused write did not happen, and is not repeated", "[hosting][writes]") {
  const int status = GENERATE(401, 403, 404, 409, 422, 423, 429, 530, 521);
  INFO(status);
  ScriptedProvider provider({answer(status, R"({"message":"No."})")});

  const auto accepted = provider.api->stop_vps(kVps17923, {});

  REQUIRE(!accepted);
  CHECK(!accepted.error().maybe_done);
  CHECK(provider.server.requests().size() == 1);
}

TEST_CASE("a write that could not leave did not happen", "[hosting][writes]") {
  std::string url;
  {
    const ScriptedServer gone(std::vector<Answer>{});
    url = gone.url();
  }
  ScriptedServer other(std::vector<Answer>{});
  HostingerOptions options = options_for(other);
  options.url = [url](const Cancel&) { return BaseUrl::parse(url); };
  const auto api = make_hostinger_client(std::move(options), kWallClock);

  const auto accepted = api->stop_vps(kVps17923, {});

  REQUIRE(!accepted);
  CHECK(accepted.error().code == Code::Upstream);
  CHECK(!accepted.error().maybe_done);
}

TEST_CASE("a write that outlives its deadline may have happened", "[hosting][writes]") {
  ScriptedServer server({fakes::raw("", Then::Hold)});
  const auto api = make_hostinger_client(options_for(server), kWallClock);

  const auto accepted = api->start_vps(kVps17923, {.deadline = kWallClock.now() + 500ms});

  REQUIRE(!accepted);
  CHECK(accepted.error().code == Code::TimeoutUnknown);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("a write that is stopped in flight may have happened", "[hosting][writes][cancel]") {
  ScriptedServer server({fakes::raw("", Then::Hold)});
  const auto api = make_hostinger_client(options_for(server), kWallClock);
  std::stop_source stop;
  auto accepted = std::async(std::launch::async,
                             [&] { return api->start_vps(kVps17923, {.stop = stop.get_token()}); });
  REQUIRE(server.wait_for_requests(1));

  stop.request_stop();

  REQUIRE(accepted.wait_for(10s) == std::future_status::ready);
  CHECK(accepted.get().error().code == Code::TimeoutUnknown);
}

TEST_CASE("a write that is stopped before it leaves did not happen", "[hosting][writes][cancel]") {
  ScriptedProvider provider({answer(200, kActionBody)});
  std::stop_source stop;
  stop.request_stop();

  const auto accepted = provider.api->start_vps(kVps17923, {.stop = stop.get_token()});

  REQUIRE(!accepted);
  CHECK(accepted.error().code == Code::Cancelled);
  CHECK(!accepted.error().maybe_done);
  CHECK(provider.server.requests().empty());
}

TEST_CASE("what was made but described unreadably may be there", "[hosting][writes]") {
  ScriptedProvider provider({answer(200, R"({"name":"production"})")});

  const auto firewall = provider.api->create_firewall("production", {});

  REQUIRE(!firewall);
  CHECK(firewall.error().code == Code::TimeoutUnknown);
  CHECK(firewall.error().maybe_done);
}

TEST_CASE("a refused purchase may have been charged", "[hosting][writes][purchase]") {
  const int status = GENERATE(402, 422, 500);
  INFO(status);
  ScriptedProvider provider({answer(status, R"({"message":"[VPS:2004] Bad hostname."})")});

  const auto bought = provider.api->purchase_vps({.price = {"kvm2-usd-1m"}}, {});

  REQUIRE(!bought);
  CHECK(bought.error().maybe_done);
  CHECK(bought.error().hint.find("Do not order again") != std::string::npos);
  CHECK(provider.server.requests().size() == 1);
}

TEST_CASE("a purchase that was not even looked at was not charged", "[hosting][writes][purchase]") {
  const int status = GENERATE(401, 403, 404, 429);
  INFO(status);
  ScriptedProvider provider({answer(status, R"({"message":"No."})")});

  CHECK(!provider.api->purchase_vps({.price = {"kvm2-usd-1m"}}, {}).error().maybe_done);
}
