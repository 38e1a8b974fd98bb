// The provider's front: edge, authentication, routes, limits.

#include <catch2/catch.hpp>

#include "tests/sandbox/stage.h"

using namespace tier0;
using namespace tier0::sandbox;

namespace {

constexpr const char* kVms = "/api/vps/v1/virtual-machines";

Request call_with(TestStage& stage, const std::string& header, const std::string& value) {
  Request request{.method = "GET",
                  .path = kVms,
                  .headers = {{"authorization", "Bearer " + stage.world().tokens.front().value},
                              {"user-agent", "tier0/test"}}};
  request.headers[header] = value;
  return request;
}

}  // namespace

TEST_CASE("A token that is absent, unknown or expired is unauthenticated", "[sandbox][provider]") {
  TestStage stage;
  const std::string token = GENERATE("nobody", "expired");

  const auto reply = stage.as(token, "GET", kVms);

  CHECK(reply.status == 401);
  CHECK(reply.body.at("message") == "Unauthenticated");
  CHECK(reply.body.at("correlation_id").get<std::string>().size() == 36);
}

TEST_CASE("Another account's token sees another account", "[sandbox][provider]") {
  TestStage stage;

  const auto list = stage.as("other", "GET", kVms);

  CHECK(list.status == 200);
  CHECK(list.body[0].at("hostname") == "elsewhere.example.org");
  CHECK(stage.as("other", "GET", stage.vm_path()).status == 404);
}

TEST_CASE("The edge turns library agents away in plain text", "[sandbox][provider][quirks]") {
  TestStage stage;
  const std::string agent = GENERATE("", "Python-urllib/3.11", "Go-http-client/1.1", "libcurl");

  const auto reply = stage.raw(call_with(stage, "user-agent", agent));
  CHECK(reply.status == 403);
  CHECK(reply.answer.response.content_type == "text/plain");
  CHECK(reply.answer.response.body == "error code: 1010");
  stage.quirk("edge-blocks-library-agents", false);

  CHECK(stage.raw(call_with(stage, "user-agent", agent)).status == 200);
}

TEST_CASE("The wrong host name ends at the gateway", "[sandbox][provider][quirks]") {
  TestStage stage;

  const auto reply = stage.raw(call_with(stage, "host", "api.hostinger.com"));

  CHECK(reply.status == 530);
  CHECK(reply.answer.response.body == "error code: 1016");
}

TEST_CASE("Unknown routes, ids that are no numbers and ids of nobody are 404",
          "[sandbox][provider]") {
  TestStage stage;

  CHECK(stage.get("/api/vps/v1/nonsense").body.at("message") == "[VPS:2002] Route is not found.");
  CHECK(stage.get(std::string(kVms) + "/web-1").status == 404);
  CHECK(stage.get(std::string(kVms) + "/1").body.at("message") == "Resource not found.");
  CHECK(stage.get("/api/other/v1/thing").status == 404);
  CHECK(stage.get("/__sim/reset").status == 404);
}

TEST_CASE("A body that is no JSON misses every required field", "[sandbox][provider]") {
  TestStage stage;
  Request request = call_with(stage, "content-type", "application/json");
  request.method = "POST";
  request.path = "/api/vps/v1/public-keys";
  request.body = "name=deploy";

  const auto reply = stage.raw(request);

  CHECK(reply.status == 422);
  CHECK(reply.body.at("errors").contains("name"));
  CHECK(reply.body.at("message") == "The name field is required. (and 1 more error)");
}

TEST_CASE("The limit of a token is counted, announced and refills", "[sandbox][limits]") {
  TestStage stage({.time_scale = 1, .requests_per_minute = 3});
  const auto header = [](const TestStage::Reply& reply, std::string_view name) {
    for (const auto& [key, value] : reply.answer.response.headers)
      if (key == name) return value;
    return std::string("none");
  };

  CHECK(header(stage.get(kVms), "X-RateLimit-Remaining") == "2");
  stage.get(kVms);
  stage.get(kVms);
  const auto refused = stage.get(kVms);
  CHECK(refused.status == 429);
  CHECK(refused.body.at("message") == "Too Many Attempts.");
  CHECK(header(refused, "Retry-After") == "20");
  stage.pass(21);

  CHECK(stage.get(kVms).status == 200);
}

TEST_CASE("Availability has a limit of its own", "[sandbox][limits]") {
  TestStage stage;
  stage.quirk("availability-per-minute", 1);
  const Json body = {{"domain", "acme"}, {"tlds", {"com"}}};

  CHECK(stage.send("POST", "/api/domains/v1/availability", body).status == 200);
  CHECK(stage.send("POST", "/api/domains/v1/availability", body).status == 429);
  CHECK(stage.get(kVms).status == 200);
}

TEST_CASE("Retry-After can be a date or missing, and calling on regardless blocks",
          "[sandbox][limits][quirks]") {
  TestStage stage({.time_scale = 1, .requests_per_minute = 1});
  stage.quirk("retry-after-date", true);
  stage.quirk("rate-limit-blocks", true);
  stage.get(kVms);

  CHECK(stage.get(kVms).answer.response.headers.back().second.ends_with(" GMT"));
  stage.quirk("rate-limit-headers", false);
  CHECK(stage.get(kVms).answer.response.headers.empty());
  for (int i = 0; i < 8; ++i) CHECK(stage.get(kVms).status == 429);
  const auto blocked = stage.get(kVms);
  CHECK(blocked.status == 403);
  CHECK(blocked.answer.response.content_type == "text/plain");
  stage.pass(301);

  CHECK(stage.get(kVms).status == 200);
}

TEST_CASE("The same seed makes the same world and another seed another", "[sandbox][fixture]") {
  TestStage one({.seed = 7});
  TestStage two({.seed = 7});
  TestStage other({.seed = 8});

  CHECK(one.get(kVms).body == two.get(kVms).body);
  CHECK(one.vm().disk->host_key_seed == two.vm().disk->host_key_seed);
  CHECK(one.get(kVms).body != other.get(kVms).body);
  CHECK(TestStage().vm().id == 17923);
}
