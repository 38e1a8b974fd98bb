// Domains and billing.

#include <catch2/catch.hpp>

#include "tests/sandbox/stage.h"

using namespace tier0;
using namespace tier0::sandbox;

namespace {

constexpr const char* kAvailability = "/api/domains/v1/availability";

}  // namespace

TEST_CASE("Availability answers each TLD, and sells none that the catalogue lacks",
          "[sandbox][domains]") {
  TestStage stage;

  const auto reply =
      stage.send("POST", kAvailability, {{"domain", "acme"}, {"tlds", {"com", "net", "cl"}}});

  REQUIRE(reply.body.size() == 3);
  CHECK(reply.body[0] == Json{{"domain", "acme.com"},
                              {"is_available", false},
                              {"is_alternative", false},
                              {"restriction", nullptr}});
  CHECK(reply.body[1].at("is_available") == true);
  CHECK(reply.body[2].at("is_available") == false);
}

TEST_CASE("Alternatives come with exactly one TLD", "[sandbox][domains]") {
  TestStage stage;
  Json body = {{"domain", "acme"}, {"tlds", {"com"}}, {"with_alternatives", true}};

  const auto one = stage.send("POST", kAvailability, body);
  body["tlds"].push_back("net");
  const auto two = stage.send("POST", kAvailability, body);

  CHECK(one.body.size() > 1);
  CHECK(one.body.back().at("is_alternative") == true);
  CHECK(two.body.size() == 2);
}

TEST_CASE("A name with its TLD is refused", "[sandbox][domains]") {
  TestStage stage;

  const auto reply =
      stage.send("POST", kAvailability, {{"domain", "acme.com"}, {"tlds", {".com"}}});

  CHECK(reply.status == 422);
  CHECK(reply.body.at("errors").contains("domain"));
  CHECK(reply.body.at("errors").contains("tlds.0"));
}

TEST_CASE("The portfolio holds a domain here, one elsewhere and a free credit",
          "[sandbox][domains]") {
  TestStage stage;

  const auto list = stage.get("/api/domains/v1/portfolio");
  const auto details = stage.get("/api/domains/v1/portfolio/web-app.online");

  REQUIRE(list.body.size() == 3);
  CHECK(list.body[2].at("domain").is_null());
  CHECK(list.body[2].at("status") == "pending_setup");
  CHECK(details.body.at("name_servers").at("ns1") == "ada.ns.cloudflare.com");
  CHECK(stage.get("/api/domains/v1/portfolio/unknown.com").status == 404);
}

TEST_CASE("The catalogue filters by category and by a name with a wildcard", "[sandbox][billing]") {
  TestStage stage;

  const auto vps = stage.get("/api/billing/v1/catalog", {{"category", "VPS"}});
  const auto com =
      stage.get("/api/billing/v1/catalog", {{"category", "DOMAIN"}, {"name", ".com*"}});

  CHECK(vps.body.size() == 5);
  REQUIRE(com.body.size() == 1);
  CHECK(com.body[0].at("prices")[0].at("id") == "hostingercom-domain-com-usd-1y");
}

TEST_CASE("The machine's subscription is in the list, and switching renewal off shows",
          "[sandbox][billing]") {
  TestStage stage;
  const std::string id = *stage.vm().subscription;

  const auto list = stage.get("/api/billing/v1/subscriptions");
  CHECK(list.body[0].at("id") == id);
  const auto off =
      stage.send("DELETE", "/api/billing/v1/subscriptions/" + id + "/auto-renewal/disable");

  CHECK(off.body.at("is_auto_renewed") == false);
  CHECK(off.body.at("status") == "not_renewing");
  CHECK(off.body.at("next_billing_at").is_null());
}
