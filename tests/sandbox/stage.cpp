#include "tests/sandbox/stage.h"

#include <catch2/catch.hpp>

#include "server/sandbox/timeline.h"

namespace tier0::sandbox {

TestStage::TestStage(const Seeding& seeding) {
  auto world = make_world(seeding, make_tokens(), now_);
  REQUIRE(world);
  world_ = *std::move(world);
}

TestStage::Reply TestStage::raw(Request request) {
  advance(world_, now_);
  Answer answered = answer(world_, limits_, request, now_);
  auto body = parse_json(answered.response.body);
  return {answered.response.status, body ? *body : Json(), std::move(answered)};
}

TestStage::Reply TestStage::as(const std::string& token_id, const std::string& method,
                               const std::string& path) {
  std::string value = "unknown";
  for (const Token& token : world_.tokens)
    if (token.id == token_id) value = token.value;
  return raw({.method = method,
              .path = path,
              .headers = {{"authorization", "Bearer " + value}, {"user-agent", "tier0/test"}}});
}

TestStage::Reply TestStage::send(const std::string& method, const std::string& path,
                                 const Json& body) {
  return raw({.method = method,
              .path = path,
              .headers = {{"authorization", "Bearer " + world_.tokens.front().value},
                          {"user-agent", "tier0/test"}},
              .body = body.dump()});
}

TestStage::Reply TestStage::get(const std::string& path, std::map<std::string, std::string> query) {
  return raw({.method = "GET",
              .path = path,
              .query = std::move(query),
              .headers = {{"authorization", "Bearer " + world_.tokens.front().value},
                          {"user-agent", "tier0/test"}}});
}

void TestStage::pass(double seconds) {
  now_ += static_cast<Millis>(seconds * 1000);
  advance(world_, now_);
}

void TestStage::settle() {
  for (const Event& event : world_.events)
    if (event.what != "backup" && event.what != "snapshot.expires") now_ = std::max(now_, event.at);
  advance(world_, now_);
  now_ = std::max(now_, vm().ssh_from);
  advance(world_, now_);
}

void TestStage::quirk(std::string_view name, const Json& value) {
  REQUIRE(world_.quirks.set(name, value));
}

void TestStage::fault(const Json& fault) {
  auto parsed = fault_from_json(fault);
  REQUIRE(parsed);
  world_.faults.push_back(*std::move(parsed));
}

Id TestStage::firewall(std::initializer_list<std::string_view> ports) {
  const Id id = send("POST", "/api/vps/v1/firewall", {{"name", "production"}}).body.at("id");
  for (const std::string_view port : ports)
    send("POST", "/api/vps/v1/firewall/" + std::to_string(id) + "/rules",
         {{"protocol", "TCP"}, {"port", port}, {"source", "any"}, {"source_detail", "any"}});
  return id;
}

}  // namespace tier0::sandbox
