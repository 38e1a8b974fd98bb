#include "server/policy/exposure.h"

#include <catch2/catch.hpp>

#include "tests/policy/catalogue.h"

namespace tier0 {
namespace {

using Sets = std::vector<std::string>;

bool includes(const Sets& sets, Access access, const char* tool) {
  return Exposure::parse(sets, access)->includes(*catalogue().find(tool));
}

}  // namespace

TEST_CASE("an exposure offers the tools of its sets and no others", "[policy][exposure]") {
  CHECK(includes({"core"}, Access::Full, "list-vps"));
  CHECK_FALSE(includes({"core"}, Access::Full, "set-dns"));
  CHECK(includes({"dns", "ssh"}, Access::Full, "set-dns"));
  CHECK(includes({"dns", "ssh"}, Access::Full, "ssh-exec"));
  CHECK_FALSE(includes({"dns", "ssh"}, Access::Full, "list-vps"));
}

TEST_CASE("no set means core, and all means every one", "[policy][exposure]") {
  CHECK(includes({}, Access::Full, "list-vps"));
  CHECK_FALSE(includes({}, Access::Full, "ssh-exec"));
  for (const Tool& tool : catalogue().all())
    CHECK(includes({"all"}, Access::Full, tool.name.c_str()));
}

TEST_CASE("a read-only exposure offers reads alone", "[policy][exposure]") {
  for (const Tool& tool : catalogue().all()) {
    INFO(tool.name);
    CHECK(includes({"all"}, Access::ReadOnly, tool.name.c_str()) == (tool.effect == Effect::Read));
  }
}

TEST_CASE("an unknown set is refused by name", "[policy][exposure]") {
  const Sets sets = {"core", "cor"};

  const auto exposure = Exposure::parse(sets, Access::Full);

  REQUIRE_FALSE(exposure);
  CHECK(exposure.error().code == Code::Validation);
  CHECK(exposure.error().message == "unknown toolset \"cor\"");
}

TEST_CASE("what is not exposed is not seen, whatever the grants", "[policy][exposure]") {
  PolicySetup setup;
  setup.profiles = {
      {{"agent", "a"},
       {"grants", {{{"tools", {"*"}}, {"effects", {{"read", "allow"}, {"write", "allow"}}}}}}}};
  const auto policy = make_test_policy(setup).value();
  const Sets core = {"core"};
  const auto exposure = Exposure::parse(core, Access::ReadOnly).value();
  const Principal who = agent_principal("a");

  CHECK(policy->may_see(who, *catalogue().find("list-vps"), exposure));
  CHECK_FALSE(policy->may_see(who, *catalogue().find("start-vps"), exposure));
  CHECK_FALSE(policy->may_see(who, *catalogue().find("get-dns"), exposure));
  CHECK(policy->may_see(who, *catalogue().find("start-vps")));
}

}  // namespace tier0
