// Every operation of the groups that the sandbox has, over HTTP, against the vendor's own document.

#include "tests/sandbox/contract.h"

#include <catch2/catch.hpp>
#include <set>

#include "server/sandbox/routes.h"
#include "tests/sandbox/contract_walk.h"

using namespace tier0;
using namespace tier0::sandbox;

namespace {

constexpr const char* kKnownDocument =
    "3bf93dafc0027483afee4a1f06eeba000261947a9fd92234d3e4bf2fa6d0bfbc";
/// The document, or nothing after saying loudly that this machine has none.
std::optional<Contract> contract() {
  auto loaded = Contract::load();
  if (!loaded) WARN("SKIPPED: the vendor's OpenAPI document is not here; set TIER0_OPENAPI");
  return loaded;
}

Json without(Json body, const std::string& member) {
  const std::size_t dot = member.find('.');
  if (dot == std::string::npos)
    body.erase(member);
  else
    body[member.substr(0, dot)].erase(member.substr(dot + 1));
  return body;
}

}  // namespace

TEST_CASE("The contract is the document that these tests were written against",
          "[sandbox][contract]") {
  const auto document = contract();
  if (!document) return;

  if (document->sha256() != kKnownDocument)
    WARN("THE VENDOR'S DOCUMENT HAS CHANGED: sha256 " << document->sha256() << ", known "
                                                      << kKnownDocument);
  CHECK(document->operations().size() > 300);
}

TEST_CASE("The judge of answers sees what is missing, unknown or of another type",
          "[sandbox][contract]") {
  const auto document = contract();
  if (!document) return;
  const Operation& operation = document->operation("VPS_startVirtualMachineV1");
  const Json right = {{"id", 1},
                      {"name", "ct_start"},
                      {"state", "sent"},
                      {"created_at", "2026-11-22T05:00:03Z"},
                      {"updated_at", "2026-11-22T05:00:03Z"}};
  REQUIRE(document->problems(operation, 200, right).empty());
  const Json wrong = GENERATE(Json{{"id", "1"}}, Json{{"state", "done"}}, Json{{"name", nullptr}},
                              Json{{"more", 1}}, Json{{"created_at", "today"}});
  INFO(wrong.dump());
  Json answer = right;
  answer.update(wrong);
  Json shorter = right;
  shorter.erase("name");

  CHECK(document->problems(operation, 200, answer).size() == 1);
  CHECK(document->problems(operation, 200, shorter).size() == 1);
  CHECK(!document->problems(operation, 418, right).empty());
}

TEST_CASE("The sandbox has every VPS operation of the document", "[sandbox][contract]") {
  const auto document = contract();
  if (!document) return;
  std::set<std::string> missing;

  for (const Operation& operation : document->operations()) {
    const auto answered = [&](const Route& route) { return route.operation == operation.id; };
    if (operation.path.starts_with("/api/vps/") && std::ranges::none_of(routes(), answered))
      missing.insert(operation.id);
  }

  CHECK(missing == std::set<std::string>{});
}

TEST_CASE("Every operation's answer keeps to the document", "[sandbox][contract]") {
  const auto document = contract();
  if (!document) return;
  Walked walked;
  std::set<std::string> seen;

  for (std::string step : walk()) {
    auto values = walked.names;
    std::string keep;
    if (step.starts_with('=')) {
      keep = step.substr(1, step.find(' ') - 1);
      step = step.substr(step.find(' ') + 1);
    }
    if (step.starts_with('!')) {
      values["virtualMachineId"] = "77";
      step.erase(0, 1);
    }
    const Operation& operation = document->operation(step);
    const WireReply reply = walked.call(operation, values);
    INFO(operation.id << " answered " << reply.status << " " << reply.body);
    CHECK(reply.status == 200);
    CHECK(document->problems(operation, reply.status, reply.json()) == std::vector<std::string>{});
    if (!keep.empty()) walked.names[keep] = reply.json().at("id").dump();
    if (operation.method != "GET") walked.settle();
    seen.insert(operation.id);
  }

  for (const Route& route : routes()) {
    const std::string id(route.operation);
    const auto same = [&id](const Operation& operation) { return operation.id == id; };
    if (std::ranges::any_of(document->operations(), same)) {
      INFO(id);
      CHECK(seen.contains(id));
    }
  }
}

TEST_CASE("Every operation's refusals keep to the document", "[sandbox][contract]") {
  const auto document = contract();
  if (!document) return;
  Walked walked;
  std::map<std::string, std::string> nobody = walked.names;
  for (const char* name : {"virtualMachineId", "backupId", "ipAddressId", "firewallId", "ruleId",
                           "publicKeyId", "postInstallScriptId", "templateId", "actionId"})
    nobody[name] = "999999999";
  nobody["domain"] = "nobody.example";
  nobody["subscriptionId"] = "nobody";

  for (const std::string& step : walk()) {
    const std::string id = step.substr(step.find_last_of(" !") + 1);
    const Operation& operation = document->operation(id);
    const std::string target = walked.fill(operation.path, nobody);
    INFO(id);
    const WireReply stranger =
        wire_call(walked.running.sandbox().api_url(), operation.method, target, "unknown");
    CHECK(stranger.status == 401);
    CHECK(document->problems(operation, 401, stranger.json()) == std::vector<std::string>{});
    if (operation.path.find('{') == std::string::npos) continue;
    const auto body = bodies().find(id);
    const WireReply absent = walked.running.api(operation.method, target,
                                                body == bodies().end() ? Json() : body->second);
    CHECK(absent.status == 404);
    CHECK(document->problems(operation, 404, absent.json()) == std::vector<std::string>{});
  }
}

TEST_CASE("Every required field of a request is asked for by its name", "[sandbox][contract]") {
  const auto document = contract();
  if (!document) return;
  Walked walked;
  walked.names["publicKeyId"] = "1";
  for (const char* id : {"firewallId", "ruleId", "postInstallScriptId"}) walked.names[id] = "0";
  const Json firewall = walked.running.api("POST", "/api/vps/v1/firewall", {{"name", "f"}}).json();
  walked.names["firewallId"] = firewall.at("id").dump();
  const std::string rules = "/api/vps/v1/firewall/" + walked.names["firewallId"] + "/rules";
  walked.names["ruleId"] = walked.running.api("POST", rules, rule()).json().at("id").dump();
  walked.names["postInstallScriptId"] =
      walked.running
          .api("POST", "/api/vps/v1/post-install-scripts", {{"name", "n"}, {"content", "c"}})
          .json()
          .at("id")
          .dump();
  int fields = 0;

  for (const auto& [id, body] : bodies()) {
    const Operation& operation = document->operation(id);
    for (const std::string& member : document->required(operation)) {
      INFO(id << " without " << member);
      const WireReply reply = walked.running.api(
          operation.method, walked.fill(operation.path, walked.names), without(body, member));
      CHECK(reply.status == 422);
      CHECK(reply.json().value("errors", Json::object()).contains(member));
      CHECK(document->problems(operation, 422, reply.json()) == std::vector<std::string>{});
      ++fields;
    }
  }

  CHECK(fields > 30);
}
