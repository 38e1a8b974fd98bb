// What the provider's bodies become, oddities of the field included.
#include <catch2/catch.hpp>

#include "tests/hosting/provider.h"

using namespace tier0;
using namespace std::chrono_literals;
using fakes::answer;

namespace {

ScriptedProvider answering(const std::string& body, int status = 200) {
  return ScriptedProvider(std::vector{answer(status, body)});
}

}  // namespace

TEST_CASE("a VPS is read with all its parts", "[hosting][shapes]") {
  auto provider = answering(R"({"id":17923,"firewall_group_id":12,"subscription_id":"SimAb12",
    "data_center_id":521,"plan":"KVM 4","hostname":"srv.example","state":"stopping_recovery",
    "actions_lock":"locked","cpus":4,"memory":8192,"disk":51200,"bandwidth":1073741824,
    "ns1":"1.1.1.1","ns2":null,"ipv4":[{"id":5,"address":"203.0.113.9","ptr":null}],"ipv6":[],
    "template":{"id":6,"name":"Ubuntu 24.04","description":"x","documentation":null},
    "created_at":"2024-09-05T07:25:36.00000Z"})");

  const auto vps = provider.api->get_vps(kVps17923, {});

  REQUIRE(vps);
  CHECK(vps->id == kVps17923);
  CHECK(vps->state == VpsState::StoppingRecovery);
  CHECK(vps->is_locked);
  CHECK(vps->firewall == FirewallId{"12"});
  CHECK(vps->subscription == SubscriptionId{"SimAb12"});
  CHECK(vps->memory_mb == 8192);
  CHECK(vps->ipv4.at(0).address == "203.0.113.9");
  CHECK(vps->os->name == "Ubuntu 24.04");
  REQUIRE(vps->created_at);
  CHECK(format_time(*vps->created_at) == "2024-09-05T07:25:36.000Z");
}

TEST_CASE("a fresh VPS has nulls where it will have parts", "[hosting][shapes]") {
  auto provider = answering(R"({"id":1,"firewall_group_id":null,"subscription_id":null,
    "data_center_id":null,"plan":null,"hostname":"srv","state":"initial","actions_lock":"unlocked",
    "ipv4":null,"ipv6":null,"template":null})");

  const auto vps = provider.api->get_vps(VpsId{"1"}, {});

  REQUIRE(vps);
  CHECK(vps->state == VpsState::Initial);
  CHECK(!vps->firewall);
  CHECK(vps->ipv4.empty());
  CHECK(!vps->os);
  CHECK(!vps->created_at);
}

TEST_CASE("a state that is new to us is unknown and no error", "[hosting][shapes]") {
  auto provider = answering(R"({"id":1,"hostname":"srv","state":"hibernating"})");

  CHECK(provider.api->get_vps(VpsId{"1"}, {})->state == VpsState::Unknown);
}

TEST_CASE("a host name with hidden characters is cleaned", "[hosting][shapes]") {
  auto provider = answering(R"({"id":1,"hostname":"srv\u202e\u001b[31m.example"})");

  CHECK(provider.api->get_vps(VpsId{"1"}, {})->hostname == "srv.example");
}

TEST_CASE("metrics come in order of time, and a null series is none", "[hosting][shapes]") {
  auto provider = answering(R"({"cpu_usage":{"unit":"%","usage":{"1795000600":4.5,
    "1795000000":3.1,"1795000300":null}},"ram_usage":{"unit":"bytes","usage":{}},
    "disk_space":null})");

  const auto metrics = provider.api->get_metrics(kVps17923, {WallTime(0ms), WallTime(86400s)}, {});

  REQUIRE(metrics);
  REQUIRE(metrics->cpu);
  REQUIRE(metrics->cpu->samples.size() == 2);
  CHECK(metrics->cpu->samples[0].value == 3.1);
  CHECK(metrics->cpu->samples[1].at.time_since_epoch() == 1795000600s);
  CHECK(metrics->ram->samples.empty());
  CHECK(!metrics->disk);
  CHECK(!metrics->uptime);
  CHECK(provider.server.requests().at(0).target ==
        "/api/vps/v1/virtual-machines/17923/metrics?date_from=1970-01-01T00%3A00%3A00.000Z"
        "&date_to=1970-01-02T00%3A00%3A00.000Z");
}

TEST_CASE("samples at times that make no sense are refused", "[hosting][shapes]") {
  const std::string key = GENERATE("soon", "", "-5", "99999999999999999999");
  INFO(key);
  ScriptedProvider provider([&](const fakes::ReceivedRequest&) {
    return answer(200, R"({"cpu_usage":{"unit":"%","usage":{")" + key + R"(":1}}})");
  });

  const auto metrics = provider.api->get_metrics(kVps17923, {}, {});

  REQUIRE(!metrics);
  CHECK(metrics.error().code == Code::Upstream);
}

TEST_CASE("no snapshot is one with id 0", "[hosting][shapes]") {
  auto provider = answering(R"({"id":0,"restore_time":0,"created_at":"2026-11-22T05:00:03Z",
    "expires_at":"2026-11-22T05:00:03Z"})");

  const auto snapshot = provider.api->get_snapshot(kVps17923, {});

  REQUIRE(snapshot);
  CHECK(!*snapshot);
}

TEST_CASE("a snapshot has its times", "[hosting][shapes]") {
  auto provider = answering(R"({"id":325,"restore_time":1800,"created_at":"2026-11-22T05:00:03Z",
    "expires_at":"2026-12-12T05:00:03+00:00"})");

  const auto snapshot = provider.api->get_snapshot(kVps17923, {});

  REQUIRE(snapshot);
  REQUIRE(*snapshot);
  CHECK((*snapshot)->restore_time == 30min);
  CHECK(*(*snapshot)->expires_at - *(*snapshot)->created_at == std::chrono::days(20));
}

TEST_CASE("Monarx that is not installed is no error", "[hosting][shapes]") {
  auto provider = answering(R"({"message":"[VPS:2042] Monarx is not installed."})", 422);

  const auto metrics = provider.api->get_scan_metrics(kVps17923, {});

  REQUIRE(metrics);
  CHECK(!*metrics);
}

TEST_CASE("a purchase whose payment is pending has an order and no VPS", "[hosting][shapes]") {
  auto provider = answering(R"({"id":5501,"subscription_id":"SimAb12Cd34",
    "status":"payment_initiated","currency":"USD","subtotal":899,"total":1088,
    "billing_address":{"first_name":"A"}})",
                            202);

  const auto bought = provider.api->purchase_vps({}, {});

  REQUIRE(bought);
  CHECK(bought->order.id == "5501");
  CHECK(bought->order.subscription == SubscriptionId{"SimAb12Cd34"});
  CHECK(bought->order.total_cents == 1088);
  CHECK(!bought->vps);
}

TEST_CASE("a purchase that went through has both", "[hosting][shapes]") {
  auto provider =
      answering(R"({"order":{"id":5501,"status":"completed"},"virtual_machine":)" + kVpsBody + "}");

  const auto bought = provider.api->purchase_vps({}, {});

  REQUIRE(bought);
  CHECK(bought->order.status == "completed");
  CHECK(bought->vps->id == kVps17923);
}

TEST_CASE("a project's environment is handed on unread and shown masked", "[hosting][shapes]") {
  ScriptedProvider provider(
      {answer(200, R"({"content":"services: {}","environment":"PASSWORD=correct-horse"})"),
       answer(200, kActionBody)});

  const auto content = provider.api->get_project(kVps17923, {"shop"}, {});
  REQUIRE(content);
  REQUIRE(provider.api->deploy_project(
      kVps17923,
      {.name = {"shop"}, .content = content->content, .environment = content->environment}, {}));

  CHECK(content->entries.at(0).name == "PASSWORD");
  CHECK(content->entries.at(0).masked == "***se");
  CHECK(parse_json(provider.server.requests().at(1).body)->at("environment") ==
        "PASSWORD=correct-horse");
}

TEST_CASE("a raw operation is sent as described and answered as it came", "[hosting][shapes]") {
  auto provider = answering(R"({"anything":[1,2]})");

  const auto reply = provider.api->call_operation({.method = "PATCH",
                                                   .path = "/api/billing/v1/subscriptions/a",
                                                   .query = {{"page", "2"}},
                                                   .body = Json{{"on", true}}},
                                                  {});

  REQUIRE(reply);
  CHECK(reply->status == 200);
  CHECK(reply->body.at("anything").size() == 2);
  const auto seen = provider.server.requests().at(0);
  CHECK(seen.method == "PATCH");
  CHECK(seen.target == "/api/billing/v1/subscriptions/a?page=2");
  CHECK(seen.body == R"({"on":true})");
}

TEST_CASE("a raw operation cannot leave the API", "[hosting][shapes]") {
  const std::string path = GENERATE("/admin", "https://other.example/api/", "/api/../admin",
                                    "/api//x", "/api/x?y=1", "/api/x#y", "/api/x y", "");
  INFO(path);
  auto provider = answering("{}");

  const auto reply = provider.api->call_operation({.method = "GET", .path = path}, {});

  REQUIRE(!reply);
  CHECK(reply.error().code == Code::Validation);
  CHECK(provider.server.requests().empty());
}

TEST_CASE("a time in a form that we do not know is none, and no error", "[hosting][shapes]") {
  auto provider = answering(R"({"data":[{"id":41,"created_at":"last Tuesday"}]})");

  const auto backups = provider.api->list_backups(kVps17923, {});

  REQUIRE(backups);
  CHECK(!backups->at(0).created_at);
}
