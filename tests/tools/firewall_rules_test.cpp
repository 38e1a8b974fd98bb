#include "tools/firewall_rules.h"

#include <catch2/catch.hpp>

#include "tools/address_range.h"

using namespace tier0;
using namespace tier0::tools;

namespace {

bool is_inside(const char* outer, const char* inner) {
  const auto a = parse_address_range(outer);
  const auto b = parse_address_range(inner);
  return a && b && covers(*a, *b);
}

const OwnerRules kOwner{
    .operator_cidrs = {"198.51.100.0/24"}, .egress = {"203.0.113.9/32"}, .firewall_profiles = {}};

FirewallMatch ssh_from(const std::string& from) {
  return {.protocol = "TCP", .port = "22", .source = "custom", .source_detail = from};
}

}  // namespace

TEST_CASE("an address range covers what lies in it", "[tools][firewall-rules]") {
  CHECK(is_inside("198.51.100.0/24", "198.51.100.7"));
  CHECK(is_inside("198.51.100.0/24", "198.51.100.128/25"));
  CHECK(is_inside("198.51.100.1-198.51.100.9", "198.51.100.9/32"));
  CHECK(is_inside("0.0.0.0/0", "203.0.113.0/24"));
  CHECK(is_inside("2001:db8::/32", "2001:db8:1::5"));
  CHECK(is_inside("198.51.100.77/24", "198.51.100.1"));
}

TEST_CASE("an address range does not cover what lies partly outside", "[tools][firewall-rules]") {
  CHECK_FALSE(is_inside("198.51.100.0/25", "198.51.100.0/24"));
  CHECK_FALSE(is_inside("198.51.100.7", "198.51.100.8"));
  CHECK_FALSE(is_inside("0.0.0.0/0", "2001:db8::1"));
  CHECK_FALSE(is_inside("198.51.100.1-198.51.100.9", "198.51.100.10"));
}

TEST_CASE("what is no address range is refused", "[tools][firewall-rules]") {
  for (const char* text : {"", "any", "198.51.100", "198.51.100.0/33", "198.51.100.0/-1",
                           "198.51.100.9-198.51.100.1", "198.51.100.0/", "2001:db8::/129", "x/8"}) {
    INFO(text);
    CHECK_FALSE(parse_address_range(text));
  }
}

TEST_CASE("rules that let operator and server in lock nobody out", "[tools][firewall-rules]") {
  CHECK_FALSE(lock_out({ssh_from("198.51.100.0/24"), ssh_from("203.0.113.0/24")}, kOwner));
  CHECK_FALSE(lock_out({{.protocol = "any", .port = "any"}}, kOwner));
  CHECK_FALSE(lock_out({{.protocol = "TCP", .port = "20:30"}}, kOwner));
  CHECK_FALSE(lock_out({{.protocol = "SSH", .port = "22"}}, OwnerRules{}));
}

TEST_CASE("rules that leave out the operator or the server itself are a lock-out",
          "[tools][firewall-rules]") {
  const auto without_egress = lock_out({ssh_from("198.51.100.0/24")}, kOwner);
  const auto half_of_operator =
      lock_out({ssh_from("198.51.100.0/25"), ssh_from("203.0.113.9")}, kOwner);

  REQUIRE(without_egress);
  CHECK(without_egress->message.find("203.0.113.9") != std::string::npos);
  REQUIRE(half_of_operator);
  CHECK(half_of_operator->code == Code::Validation);
}

TEST_CASE("rules that open other doors only are a lock-out", "[tools][firewall-rules]") {
  CHECK(lock_out({}, kOwner));
  CHECK(lock_out({{.protocol = "UDP", .port = "22"}}, kOwner));
  CHECK(lock_out({{.protocol = "TCP", .port = "23:80"}}, kOwner));
  CHECK(lock_out({{.protocol = "TCP", .port = "2222"}}, kOwner));
}

TEST_CASE("without any known address only SSH from anywhere is safe", "[tools][firewall-rules]") {
  const auto problem = lock_out({ssh_from("198.51.100.7")}, OwnerRules{});

  REQUIRE(problem);
  CHECK(problem->code == Code::NotConfigured);
}

TEST_CASE("a rule from operator becomes one for each of the owner's addresses",
          "[tools][firewall-rules]") {
  const OwnerRules owner{.operator_cidrs = {"198.51.100.7/32", "198.51.100.8/32"},
                         .egress = {},
                         .firewall_profiles = {}};

  const auto matches = matches_of(std::vector<ProfileRule>{{"TCP", "22", "operator"}}, owner);

  REQUIRE(matches);
  CHECK(texts_of(*matches) ==
        Json::array({"TCP 22 from 198.51.100.7/32", "TCP 22 from 198.51.100.8/32"}));
}

TEST_CASE("the changes between two sets of rules count duplicates", "[tools][firewall-rules]") {
  const Firewall now{.rules = {{.id = FirewallRuleId{"1"}, .match = ssh_from("198.51.100.7")},
                               {.id = FirewallRuleId{"2"}, .match = ssh_from("198.51.100.7")}}};

  const RuleChanges changes = changes_between(now, {ssh_from("198.51.100.7"), {"TCP", "443"}});

  REQUIRE(changes.surplus.size() == 1);
  CHECK(changes.surplus[0].id.value == "2");
  CHECK(changes.missing.size() == 1);
}
