// Profiles in agents/*.yaml that are read from files: their faults and their places.
#include <catch2/catch.hpp>

#include "server/config/load.h"
#include "tests/config/config_folder.h"

namespace tier0::config {

TEST_CASE("a profile is refused where it names what is not there", "[config][policy]") {
  const RefusedText rows[] = {
      {"  - tools: [zap-everything]\n    effects: {read: allow}\n",
       "agents/a.yaml:3:13 unknown tool \"zap-everything\""},
      {"  - tools: [list-vp]\n    effects: {read: allow}\n",
       "agents/a.yaml:3:13 unknown tool \"list-vp\"; did you mean \"list-vps\"?"},
      {"  - tools: [\"*\"]\n    except: [start-vp]\n    effects: {read: allow}\n",
       "agents/a.yaml:4:14 unknown tool \"start-vp\"; did you mean \"start-vps\"?"},
      {"  - tools: [\"*\"]\n    effects: {}\n",
       "agents/a.yaml:4:14 gives no effect, so the grant would match nothing"},
      {"  - tools: []\n    effects: {read: allow}\n",
       "agents/a.yaml:3:12 /grants/0/tools must be a list of at least 1 items, but is a list of 0"},
      {"  - tools: [\"*\"]\n    effects: {read: allow}\n    on: {}\n",
       "agents/a.yaml:5:9 names no target; leave it out to mean all"},
      {"  - tools: [\"*\"]\n    effects: {read: allow}\n    on: {vps: []}\n",
       "agents/a.yaml:5:15 /grants/0/on/vps must be a list of at least 1 items, but is a list of "
       "0"},
      {"  - tools: [\"*\"]\n    effects: {read: allow}\n    on: {vps: [web-1, web-2]}\n",
       "agents/a.yaml:5:23 is neither a provider id nor a name in ssh.hosts"},
      {"  - tools: [\"*\"]\n    effects: {read: allow}\n    on: {account: [mian]}\n",
       "agents/a.yaml:5:20 is no account of tier0.yaml"},
      {"  - tools: [\"*\"]\n    effects: {read: allow}\n    on: {domain: [a b]}\n",
       "agents/a.yaml:5:19 /grants/0/on/domain/0 must be a domain name such as example.com "
       "(international ones as xn--…)"},
      {"  - tools: [\"*\"]\n    effects: {read: deny}\n",
       "agents/a.yaml:4:21 /grants/0/effects/read must be one of allow, ask, out_of_band, but is "
       "other text"},
      {"  - tools: [\"*\"]\n    effects: {delete: ask}\n",
       "agents/a.yaml:4:15 unknown key \"delete\"; known are destructive, read, spend, write"},
      {"  - tools: [\"*\"]\n    effects: {read: allow}\n    commands: [\"bash *\"]\n",
       "agents/a.yaml:5:16 the command pattern names a shell, which a grant with commands refuses"},
      {"  - tools: [\"*\"]\n    effects: {read: allow}\n    operations: [\"VPS_*\"]\n",
       "agents/a.yaml:5:18 write exact ids, or \"*\" alone for all"},
      {"  - tools: [\"*\"]\n    effects: {read: allow}\n    operations: [a, \"*\"]\n",
       "agents/a.yaml:5:21 write exact ids, or \"*\" alone for all"},
      {"  - tools: [\"*\"]\n    effects: {read: allow}\n    deny: [x]\n",
       "agents/a.yaml:5:5 unknown key \"deny\"; known are backends, commands, effects, except, on, "
       "operations, tools"},
  };
  for (const RefusedText& row : rows) {
    INFO(row.text);
    Folder folder("ssh: {hosts: {web-1: {vps: 17923, address: 203.0.113.10}}}\n");
    folder.write("agents/a.yaml", std::string("agent: a\ngrants:\n") + row.text);
    CHECK(folder.faults(folder.policy()) == Lines{row.line});
  }
}

TEST_CASE("identities are one proof each and nobody's twice", "[config][policy]") {
  const std::string hash(64, 'a');
  Folder folder;
  folder.write("agents/a.yaml", "agent: a\nidentity:\n  - token: {sha256: " + hash + "}\n  - {}\n");
  folder.write("agents/b.yaml",
               "agent: b\nidentity:\n  - {unix_user: x, token: {sha256: " + std::string(64, 'b') +
                   "}}\n  - token: {sha256: " + hash + "}\n");

  const auto policy = folder.policy();

  const Lines lines = folder.faults(policy);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("agents/b.yaml:4:21 the same token is already at "));
  CHECK(lines[0].ends_with("agents/a.yaml:3:21"));
  CHECK(lines[1] ==
        "agents/a.yaml:4:5 is one of token and unix_user; each proof is an item of its own");
  CHECK(lines[2].starts_with("agents/b.yaml:3:5 is one of token and unix_user"));
}

TEST_CASE("two files cannot describe one agent or one tenant", "[config][policy]") {
  Folder folder;
  folder.write("agents/a.yaml", "agent: same\n").write("agents/b.yaml", "agent: same\n");
  CHECK(folder.faults(folder.policy()) ==
        Lines{"agents/b.yaml:1:8 the agent \"same\" is already in agents/a.yaml"});

  Folder tenants;
  tenants.write("tenants/a.yaml", "tenant: t\n").write("tenants/b.yaml", "tenant: t\n");
  CHECK(tenants.faults(tenants.load()) ==
        Lines{"tenants/b.yaml:1:9 the tenant \"t\" is there already"});
}

TEST_CASE("a currency of a budget is a code", "[config][policy]") {
  Folder folder;
  folder.write("agents/a.yaml", "agent: a\nlimits: {spend: {per_month: {usd: \"1.00\"}}}\n");

  CHECK(folder.faults(folder.policy()) ==
        Lines{"agents/a.yaml:2:30 is no currency code such as USD"});
}

TEST_CASE("hosts and tenants give grants their provider ids", "[config][policy]") {
  Folder folder("ssh: {hosts: {web-1: {vps: 17923, address: 203.0.113.10}}}\n");
  folder.write("tenants/acme.yaml", "tenant: acme\nvps: [web-1]\ndomains: [Acme.com]\n");
  folder.write("agents/a.yaml",
               "agent: a\n"
               "grants:\n"
               "  - {tools: [start-vps], effects: {write: allow}, on: {vps: [web-1]}}\n"
               "  - {tools: [get-vps], effects: {read: allow}, on: {tenant: [acme]}}\n");

  const auto policy = folder.policy();

  REQUIRE(policy);
  const Json vps = {{"vps", "17923"}};
  const auto verdict = [&](const char* tool, const Json& args) {
    return (*policy)->decide(agent_principal("a"), *catalogue().find(tool), args).verdict;
  };
  CHECK(verdict("start-vps", vps) == Verdict::Allow);
  CHECK(verdict("get-vps", vps) == Verdict::Allow);
  CHECK(verdict("get-vps", {{"vps", "1"}}) == Verdict::Deny);
}

TEST_CASE("grants keep their hosts and accounts where the sandbox puts others in their place",
          "[config][policy]") {
  Folder folder("ssh: {hosts: {web-1: {vps: 17923, address: 203.0.113.10}}}\n");
  folder.write("agents/a.yaml",
               "agent: a\n"
               "grants:\n"
               "  - {tools: [start-vps], effects: {write: allow}, on: {vps: [web-1]}}\n"
               "  - {tools: [purchase-vps], effects: {spend: ask}, on: {account: [main]}}\n");
  Loaded loaded = folder.load().value();
  loaded.config.ssh = {};
  loaded.config.accounts.clear();

  const auto policy = make_policy(loaded, catalogue());

  if (!policy) FAIL(policy.error().message);
  CHECK((*policy)
            ->decide(agent_principal("a"), *catalogue().find("start-vps"), {{"vps", "17923"}})
            .verdict == Verdict::Allow);
}

TEST_CASE("a decision names the place of its grant", "[config][policy]") {
  Folder folder;
  folder.write("agents/reader.yaml", kReader);
  const auto policy = folder.policy();
  REQUIRE(policy);

  const Explanation said =
      (*policy)->explain(agent_principal("reader"), *catalogue().find("list-vps"), Json::object());

  CHECK(said.decision.rule == "agents/reader.yaml grant 1");
  CHECK(said.grants[0].place == (folder / "agents/reader.yaml").string() + ":3:5");
}

}  // namespace tier0::config
