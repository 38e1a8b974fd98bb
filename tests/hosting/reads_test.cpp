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

const SystemClock kReal;

Answer good() {
  return answer(200, kVpsBody);
}

}  // namespace

TEST_CASE("a read is repeated until the provider answers", "[hosting][reads]") {
  const auto [name, bad] = GENERATE(table<std::string, Answer>({
      {"500", answer(500, R"({"message":"[VPS:9999] Try again."})")},
      {"502 of a gateway", answer(502, "<html></html>", "text/html")},
      {"503", answer(503, "")},
      {"524 of the edge", answer(524, "error code: 524", "text/plain")},
      {"nothing", fakes::raw("", Then::Close)},
      {"a reset", fakes::raw("", Then::Reset)},
      {"garbage", fakes::raw("garbage\r\n\r\n", Then::Close)},
      {"half a body", fakes::raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", Then::Close)},
      {"half a document", answer(200, R"({"id":1)")},
  }));
  INFO(name);
  ScriptedProvider provider({bad, bad, good()});

  const auto vps = provider.api->get_vps(kVps17923, {});

  REQUIRE(vps);
  CHECK(vps->hostname == "srv17923.example");
  CHECK(provider.server.requests().size() == 3);
}

TEST_CASE("a read is tried four times at most", "[hosting][reads]") {
  ScriptedProvider provider([](const ReceivedRequest&) { return answer(500, "{}"); });

  CHECK(!provider.api->list_vps({}));

  CHECK(provider.server.requests().size() == 4);
}

TEST_CASE("a refused read is not repeated", "[hosting][reads]") {
  const int status = GENERATE(400, 401, 402, 403, 404, 409, 422, 423, 530, 302);
  INFO(status);
  ScriptedProvider provider([=](const ReceivedRequest&) { return answer(status, "{}"); });

  CHECK(!provider.api->list_vps({}));

  CHECK(provider.server.requests().size() == 1);
}

TEST_CASE("a connection that is reset before the request is read does not end a read",
          "[hosting][reads]") {
  ScriptedProvider provider({good()});
  provider.server.reset_connections(2);

  CHECK(provider.api->get_vps(kVps17923, {}));
}

TEST_CASE("a read waits as long as Retry-After says", "[hosting][reads]") {
  ScriptedProvider provider({answer(429, "{}", "application/json", {"Retry-After: 17"}), good()});
  const TimePoint before = provider.clock.now();

  REQUIRE(provider.api->get_vps(kVps17923, {}));

  CHECK(provider.clock.now() - before >= 17s);
}

TEST_CASE("a read does not wait longer than its deadline", "[hosting][reads]") {
  ScriptedProvider provider({answer(429, "{}", "application/json", {"Retry-After: 17"}), good()});

  const auto vps = provider.api->get_vps(kVps17923, {.deadline = provider.clock.now() + 10s});

  REQUIRE(!vps);
  CHECK(vps.error().code == Code::RateLimited);
  CHECK(vps.error().retry_after == 17s);
  CHECK(provider.server.requests().size() == 1);
}

TEST_CASE("after a 429 the whole account waits", "[hosting][reads]") {
  ScriptedProvider provider({answer(429, "{}", "application/json", {"Retry-After: 40"}), good()});
  REQUIRE(!provider.api->get_vps(kVps17923, {}));
  const TimePoint before = provider.clock.now();

  REQUIRE(provider.api->list_backups(kVps17923, {.deadline = before + 20s}).error().code ==
          Code::RateLimited);
  REQUIRE(provider.api->get_vps(kVps17923, {}));

  CHECK(provider.clock.now() - before >= 40s);
  CHECK(provider.server.requests().size() == 2);
}

TEST_CASE("a read that gets no answer ends at its deadline", "[hosting][reads]") {
  ScriptedServer server([](const ReceivedRequest&) { return fakes::raw("", Then::Hold); });
  const auto api = make_hostinger_client(options_for(server), kReal);

  const auto vps = api->get_vps(kVps17923, {.deadline = kReal.now() + 60ms});

  REQUIRE(!vps);
  CHECK(vps.error().code == Code::Timeout);
  CHECK(!vps.error().maybe_done);
}

TEST_CASE("a read that hangs is tried again while the deadline allows", "[hosting][reads]") {
  std::atomic<int> asked = 0;
  ScriptedServer server(
      [&](const ReceivedRequest&) { return ++asked == 1 ? fakes::raw("", Then::Hold) : good(); });
  HostingerOptions options = options_for(server);
  options.timeout = 500ms;
  const auto api = make_hostinger_client(std::move(options), kReal);

  CHECK(api->get_vps(kVps17923, {.deadline = kReal.now() + 30s}));
}

TEST_CASE("a stop ends a read in flight", "[hosting][reads][cancel]") {
  ScriptedServer server([](const ReceivedRequest&) { return fakes::raw("", Then::Hold); });
  const auto api = make_hostinger_client(options_for(server), kReal);
  std::stop_source stop;
  auto vps = std::async(std::launch::async,
                        [&] { return api->get_vps(kVps17923, {.stop = stop.get_token()}); });
  REQUIRE(server.wait_for_requests(1));

  stop.request_stop();

  REQUIRE(vps.wait_for(10s) == std::future_status::ready);
  CHECK(vps.get().error().code == Code::Cancelled);
}

TEST_CASE("a stop ends the wait between two tries", "[hosting][reads][cancel]") {
  ScriptedServer server([](const ReceivedRequest&) {
    return answer(503, "{}", "application/json", {"Retry-After: 25"});
  });
  const auto api = make_hostinger_client(options_for(server), kReal);
  std::stop_source stop;
  auto vps = std::async(std::launch::async,
                        [&] { return api->get_vps(kVps17923, {.stop = stop.get_token()}); });
  REQUIRE(server.wait_for_requests(1));

  stop.request_stop();

  REQUIRE(vps.wait_for(10s) == std::future_status::ready);
  CHECK(vps.get().error().code == Code::Cancelled);
}

TEST_CASE("reads in a row use one connection", "[hosting][reads]") {
  ScriptedProvider provider([](const ReceivedRequest&) { return good(); });

  for (int i = 0; i < 5; ++i) REQUIRE(provider.api->get_vps(kVps17923, {}));

  CHECK(provider.server.connections() == 1);
}

TEST_CASE("a request names its client and carries the token", "[hosting][reads]") {
  ScriptedProvider provider({good()});

  REQUIRE(provider.api->get_vps(kVps17923, {}));

  const ReceivedRequest seen = provider.server.requests().at(0);
  CHECK(seen.target == "/api/vps/v1/virtual-machines/17923");
  CHECK(seen.header("user-agent") == "tier0/test");
  CHECK(seen.header("accept") == "application/json");
  CHECK(seen.header("authorization") == "Bearer " + kToken);
}

TEST_CASE("the token is asked for once, and again after it was refused", "[hosting][token]") {
  ScriptedServer server({good(), good(), answer(401, "{}"), good()});
  int asked = 0;
  HostingerOptions options = options_for(server);
  options.token = [&](const Cancel&) -> Result<Secret> {
    return Secret("token-" + std::to_string(++asked));
  };
  const auto api = make_hostinger_client(std::move(options), kReal);

  for (int i = 0; i < 4; ++i) (void)api->get_vps(kVps17923, {});

  CHECK(asked == 2);
  CHECK(server.requests().at(2).header("authorization") == "Bearer token-1");
  CHECK(server.requests().at(3).header("authorization") == "Bearer token-2");
}

TEST_CASE("without a token nothing is sent", "[hosting][token]") {
  ScriptedServer server({good()});
  HostingerOptions options = options_for(server);
  options.token = [](const Cancel&) -> Result<Secret> {
    return Error{.code = Code::SecretUnavailable, .message = "the vault is sealed"};
  };
  const auto api = make_hostinger_client(std::move(options), kReal);

  const auto vps = api->get_vps(kVps17923, {});
  const auto accepted = api->start_vps(kVps17923, {});

  CHECK(vps.error().code == Code::SecretUnavailable);
  CHECK(accepted.error().code == Code::SecretUnavailable);
  CHECK(!accepted.error().maybe_done);
  CHECK(server.connections() == 0);
}

TEST_CASE("an id that is none does not become another path", "[hosting][reads]") {
  const std::string id = GENERATE("", "..", ".");
  INFO(id);
  ScriptedProvider provider({good()});

  const auto vps = provider.api->get_vps(VpsId{id}, {});

  REQUIRE(!vps);
  CHECK(vps.error().code == Code::Validation);
  CHECK(provider.server.requests().empty());
}
