// The configuration files that are shipped: the example, the profiles, what the sandbox embeds.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "server/tool/descriptor.h"
#include "tests/config/config_folder.h"

namespace tier0::config {
namespace {

namespace fs = std::filesystem;

/// The shipped tools, with handlers that do nothing.
const Registry& shipped_tools() {
  static const Registry kTools = [] {
    SampleTools tools;
    for (const auto& entry : fs::directory_iterator(fs::path(TIER0_SOURCE_DIR) / "schemas/tools")) {
      if (entry.path().extension() != ".json") continue;
      std::ifstream in(entry.path());
      tools.add(entry.path().stem(), Json::parse(in));
    }
    return tools.build().value();
  }();
  return kTools;
}

/// The example with the shipped profiles beside it, as a user would copy them.
class ShippedFolder {
 public:
  ShippedFolder() {
    const fs::path root = TIER0_SOURCE_DIR;
    fs::copy(root / "examples/tier0.yaml", temp_ / "tier0.yaml");
    fs::create_directory(temp_ / "agents");
    for (const auto& entry : fs::directory_iterator(root / "agents"))
      if (entry.path().extension() == ".yaml")
        fs::copy(entry.path(), temp_ / "agents" / entry.path().filename());
  }
  fs::path main() const { return temp_ / "tier0.yaml"; }

 private:
  TempFolder temp_;
};

void check_verdicts(const Policy& policy, const std::string& agent,
                    const std::map<Effect, Verdict>& expected) {
  const Principal who = agent_principal(agent);
  for (const Tool& tool : catalogue().all()) {
    if (tool.name == "ssh-exec") continue;
    INFO(agent << " " << tool.name);
    const auto found = expected.find(tool.effect);
    const Verdict verdict = found == expected.end() ? Verdict::Deny : found->second;
    CHECK(policy.decide(who, tool, Json{{"vps", "1"}}).verdict == verdict);
  }
}

const std::map<Effect, Verdict> kAsksBeforeLoss = {{Effect::Read, Verdict::Allow},
                                                   {Effect::Write, Verdict::Allow},
                                                   {Effect::Destructive, Verdict::Ask},
                                                   {Effect::Spend, Verdict::Ask}};

}  // namespace

TEST_CASE("the example is a configuration with every key of the contract", "[config][shipped]") {
  const ShippedFolder folder;

  const auto loaded = load(folder.main());

  if (!loaded) FAIL(loaded.error().message);
  const Config& config = loaded->config;
  CHECK(config.accounts.at("main").token.name == "smarteros/mcp/hostinger");
  REQUIRE(config.vault);
  CHECK(config.vault->tenants == "smarteros/tenants");
  CHECK(std::get<AppRole>(config.vault->auth).secret_id.text() == "systemd:vault-secret-id");
  CHECK(config.ssh.hosts.at("web-1").vps.value == "17923");
  CHECK(config.operators.egress == Lines{"198.51.100.9/32"});
  CHECK(config.firewall_profiles.at("production").size() == 2);
  CHECK(config.people.at("ops") == "ops");
  CHECK(config.http.hosts == Lines{"tier0.internal"});
  REQUIRE(config.slack);
  CHECK(config.slack->field == "webhook");
  CHECK(config.socket_group.empty());
}

TEST_CASE("the shipped profiles make a policy with the shipped tools", "[config][shipped]") {
  const ShippedFolder folder;
  const auto loaded = load(folder.main());
  REQUIRE(loaded);

  const auto policy = make_policy(*loaded, shipped_tools());

  if (!policy) FAIL(policy.error().message);
  CHECK((*policy)->profiles().size() == 2);
  CHECK((*policy)->warnings().empty());
}

TEST_CASE("the shipped profiles decide as the contract says", "[config][shipped]") {
  const ShippedFolder folder;
  const auto policy = make_policy(load(folder.main()).value(), catalogue()).value();

  check_verdicts(*policy, "executor-codex", kAsksBeforeLoss);
  const Principal director = agent_principal("director-gemini");
  for (const Tool& tool : catalogue().all()) {
    INFO(tool.name);
    const bool over_ssh_alone = tool.backends == std::vector{Backend::Ssh};
    CHECK(policy->may_see(director, tool) == (tool.effect == Effect::Read && !over_ssh_alone));
    CHECK_FALSE(policy->decide(director, tool, Json::object()).scope->may_use(Backend::Ssh));
  }
  const AgentProfile* executor = policy->profile(agent_principal("executor-codex"));
  CHECK(executor->limits.spend_per_month.at("USD") == 20000);
  CHECK(executor->approvals.approvers == Lines{"ops", "client"});
}

TEST_CASE("the executor runs commands over SSH as the contract says", "[config][shipped]") {
  const ShippedFolder folder;
  const auto policy = make_policy(load(folder.main()).value(), shipped_tools()).value();
  const auto decide = [&policy](const Json& argv) {
    return policy->decide(agent_principal("executor-codex"), *shipped_tools().find("ssh-exec"),
                          {{"vps", "17923"}, {"argv", argv}});
  };

  CHECK(decide({"systemctl", "status", "nginx"}).at_once);
  CHECK(decide({"docker", "compose", "ps", "-a"}).at_once);
  CHECK(decide({"reboot"}).verdict == Verdict::Deny);
}

TEST_CASE("the sandbox has the three agents of the contract", "[config][shipped]") {
  const auto loaded = load_sandbox();
  if (!loaded) FAIL(loaded.error().message);
  const auto policy = make_policy(*loaded, catalogue()).value();

  CHECK(policy->directory().agents() ==
        Lines{"director-gemini", "executor-approved", "executor-codex"});
  check_verdicts(*policy, "executor-codex",
                 {{Effect::Read, Verdict::Allow},
                  {Effect::Write, Verdict::Allow},
                  {Effect::Destructive, Verdict::Allow},
                  {Effect::Spend, Verdict::Ask}});
  check_verdicts(*policy, "executor-approved", kAsksBeforeLoss);
  const AgentProfile* executor = policy->profile(agent_principal("executor-codex"));
  CHECK(executor->grants[0].operations == Lines{"*"});
  CHECK(executor->approvals.approvers == Lines{"owner", "client"});
  CHECK_FALSE(policy->may_see(agent_principal("director-gemini"), *catalogue().find("start-vps")));
  CHECK(policy->warnings().empty());
}

}  // namespace tier0::config
