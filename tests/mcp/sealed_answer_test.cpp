// What a client of 2026-07-28 may and may not do with the state that comes with a question.
#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "server/mcp/envelope.h"
#include "tests/mcp/change_service.h"
#include "tests/mcp/harness.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

const Json kApproved = {{"approval", {{"action", "accept"}, {"content", {{"ok", true}}}}}};
constexpr const char* kInvalid = "requestState is not valid for this request";

Json params(const Json& extra) {
  Json made = {{"name", "change"},
               {"_meta", {{kMetaCapabilities.data(), {{"elicitation", Json::object()}}}}}};
  made.update(extra);
  return made;
}

Harness::Reply call(Harness& harness, const Json& extra) {
  return harness.modern(1, "tools/call", params(extra));
}

std::string ask(Harness& harness, const Json& arguments = {{"host", "db-1"}}) {
  return call(harness, {{"arguments", arguments}})->body().at("result").at("requestState");
}

Harness::Reply answer(Harness& harness, const Json& state, const Json& responses = kApproved,
                      const Json& arguments = {{"host", "db-1"}}) {
  return call(harness,
              {{"arguments", arguments}, {"requestState", state}, {"inputResponses", responses}});
}

bool is_refused(const Harness::Reply& reply) {
  const Json body = reply->body();
  return reply->status() == 200 && body.contains("error") && body["error"]["code"] == -32602 &&
         body["error"]["message"] == kInvalid && !body["error"].contains("data");
}

bool is_changed(const Harness::Reply& reply) {
  const Json body = reply->body();
  return body.contains("result") && body["result"]["content"][0]["text"] == "changed";
}

}  // namespace

TEST_CASE("a state that was answered is spent", "[mcp][state]") {
  ChangeService service;
  Harness harness(service);
  const std::string state = ask(harness);
  CHECK(is_changed(answer(harness, state)));

  CHECK(is_refused(answer(harness, state)));
  CHECK(is_refused(answer(harness, state, {{"approval", {{"action", "decline"}}}})));

  CHECK(service.changes() == 1);
}

TEST_CASE("a no spends the state too", "[mcp][state]") {
  ChangeService service;
  Harness harness(service);
  const std::string state = ask(harness);
  answer(harness, state, {{"approval", {{"action", "decline"}}}})->wait_for_end();

  CHECK(is_refused(answer(harness, state)));

  CHECK(service.changes() == 0);
}

TEST_CASE("of many answers at once one counts", "[mcp][state]") {
  ChangeService service;
  Harness harness(service);
  const std::string state = ask(harness);

  std::vector<Harness::Reply> replies(16);
  {
    std::vector<std::jthread> clients;
    for (auto& reply : replies)
      clients.emplace_back([&reply, &harness, &state] { reply = answer(harness, state); });
  }

  const auto refused = std::count_if(replies.begin(), replies.end(), is_refused);
  const auto changed = std::count_if(replies.begin(), replies.end(), is_changed);
  CHECK(changed == 1);
  CHECK(refused == 15);
  CHECK(service.changes() == 1);
}

TEST_CASE("another caller's state is none, and is not spent by the try", "[mcp][state]") {
  ChangeService service;
  Harness harness(service);
  const std::string state = ask(harness);

  harness.caller = {.name = "somebody else"};
  CHECK(is_refused(answer(harness, state)));
  CHECK(service.changes() == 0);

  harness.caller = {.name = "tester"};
  CHECK(is_changed(answer(harness, state)));
}

TEST_CASE("a state is for the arguments that were shown", "[mcp][state]") {
  ChangeService service;
  Harness harness(service);
  const std::string state = ask(harness, {{"host", "db-1"}});

  CHECK(is_refused(answer(harness, state, kApproved, {{"host", "db-2"}})));
  CHECK(is_refused(answer(harness, state, kApproved, Json::object())));
  CHECK(is_refused(answer(harness, state, kApproved, {{"host", "db-1"}, {"force", true}})));

  CHECK(service.changes() == 0);
}

TEST_CASE("an answer without the state it belongs to is no consent", "[mcp][state]") {
  ChangeService service;
  Harness harness(service);

  const auto reply = call(harness, {{"inputResponses", kApproved}});

  CHECK(reply->body()["result"]["resultType"] == "input_required");
  CHECK(service.changes() == 0);
}

TEST_CASE("a state without an answer is asked again with a new state", "[mcp][state]") {
  ChangeService service;
  Harness harness(service);
  const std::string state = ask(harness);

  const Json again = answer(harness, state, {{"other", {{"action", "accept"}}}})->body()["result"];

  CHECK(again["resultType"] == "input_required");
  CHECK(again["requestState"] != state);
  CHECK(is_changed(answer(harness, again["requestState"])));
}

TEST_CASE("an expired state is refused", "[mcp][state]") {
  ChangeService service;
  Harness harness(service, {.state_lifetime = std::chrono::seconds(0)});

  CHECK(is_refused(answer(harness, ask(harness))));

  CHECK(service.changes() == 0);
}

TEST_CASE("a forged or oversized state is refused", "[mcp][state]") {
  ChangeService service;
  Harness harness(service);
  const std::string state = ask(harness);
  const Json forged = GENERATE_COPY(
      Json(state + "x"), Json(state.substr(1)), Json(state.substr(0, state.rfind('.'))), Json(""),
      Json(nullptr), Json(7), Json::array(), Json(std::string(9000, 'a')),
      Json(state + std::string(1'000'000, '.')));

  CHECK(is_refused(answer(harness, forged)));

  CHECK(service.changes() == 0);
}

TEST_CASE("a state of another server is refused, one of a replica is not", "[mcp][state]") {
  ChangeService service;
  const SealKey key{.id = "k1", .bytes = std::string(32, 'k')};
  Harness here(service, {.keys = {key}});
  Harness replica(service, {.keys = {key}});
  Harness stranger(service);
  const std::string state = ask(here);

  CHECK(is_refused(answer(stranger, state)));
  CHECK(is_changed(answer(replica, state)));
}

TEST_CASE("a busy server's refusal does not spend the state", "[mcp][state]") {
  ChangeService service;
  Harness harness(service);
  const std::string state = ask(harness);

  harness.set_busy(true);
  CHECK(answer(harness, state)->status() == 429);
  harness.set_busy(false);

  CHECK(is_changed(answer(harness, state)));
}
