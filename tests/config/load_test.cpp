#include "server/config/load.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/config/config_folder.h"

namespace tier0::config {

TEST_CASE("an empty configuration has the defaults of the SmarterOS layout", "[config][load]") {
  const auto loaded = Folder().load();

  REQUIRE(loaded);
  const Config& config = loaded->config;
  REQUIRE(config.accounts.size() == 1);
  const AccountConfig& main = config.accounts.at("main");
  CHECK(main.provider == "hostinger");
  CHECK(main.url == "https://developers.hostinger.com");
  CHECK(main.token.text() == "vault:smarteros/mcp/hostinger#api_token");
  CHECK(config.ssh.user == "smarteros");
  CHECK(config.ssh.private_key.text() == "vault:smarteros/ssh/deploy#private_key");
  CHECK(config.http.listen == "127.0.0.1:8700");
  CHECK(config.http.sse);
  CHECK(config.store.url.empty());
  CHECK(config.toolsets == Lines{"core"});
  CHECK_FALSE(config.vault);
  CHECK_FALSE(config.slack);
  CHECK(loaded->agents.empty());
}

TEST_CASE("a configuration is refused where a schema could not see the fault", "[config][load]") {
  const RefusedText rows[] = {
      {"accounts: {}\n", "tier0.yaml:1:11 names no account; leave it out for the usual one"},
      {"accounts: {Main: {}}\n",
       "tier0.yaml:1:12 an account's name has lower-case letters, digits and -"},
      {"vault: {address: \"https://v:8200\", auth: {}}\n",
       "tier0.yaml:1:42 is one of approle and token"},
      {"vault: {address: \"https://v:8200\", auth: {token: \"vault:a/b#c\"}}\n",
       "tier0.yaml:1:50 cannot lie in the vault that it opens"},
      {"vault: {address: \"https://v:8200\", auth: {token: \"env:A\"}, ca_file: ca.pem}\n",
       "tier0.yaml:1:69 /vault/ca_file must be an absolute path"},
      {"vault: {address: \"https://v:8200\", auth: {token: \"env:A\"}, tenants: \"../x\"}\n",
       "tier0.yaml:1:69 must be MOUNT/PATH, such as smarteros/tenants"},
      {"vault: {address: \"https://v:8200\", auth: {token: \"env:A\"}, namespace: \"a b\"}\n",
       "tier0.yaml:1:71 has more than letters, digits, '-', '_', '.' and '/'"},
      {"ssh: {hosts: {\"17\": {vps: 1, address: a}}}\n",
       "tier0.yaml:1:15 a host's name is not only digits"},
      {"ssh: {hosts: {a b: {vps: 1, address: a}}}\n",
       "tier0.yaml:1:15 a host's name has letters, digits, '.', '-' and '_', at most 64"},
      {"ssh:\n  hosts:\n    a: {vps: 1, address: a}\n    b: {vps: 1, address: b}\n",
       "tier0.yaml:4:14 is the VPS of host \"a\" already"},
      {"firewall_profiles: {web: [{protocol: TCP, port: 443, from: everyone}]}\n",
       "tier0.yaml:1:60 must be operator, any, an address or a network such as 203.0.113.0/24"},
      {"people: {client: {unix_user: a}}\n",
       "tier0.yaml:1:10 is reserved for the user of an agent's own client"},
      {"people: {a: {unix_user: x}, b: {unix_user: x}}\n", "tier0.yaml:1:44 is \"a\" already"},
      {"store: mysql\n", "tier0.yaml:1:8 must be sqlite or postgres://USER@HOST/DATABASE"},
      {"http: {listen: \"*:80\"}\n",
       "tier0.yaml:1:16 /http/listen must be an address and a port such as 127.0.0.1:8700"},
      {"http: {origins: [\"*\"]}\n",
       "tier0.yaml:1:18 /http/origins/0 must be a web origin such as https://console.example.com"},
      {"accounts: {main: {url: \"http://example.com\"}}\n",
       "tier0.yaml:1:24 /accounts/main/url must be an https:// address (http:// on loopback only) "
       "without user, query and fragment"},
      {"operator: {cidrs: [198.51.100.7/24]}\n",
       "tier0.yaml:1:20 /operator/cidrs/0 must be a network such as 203.0.113.0/24 or "
       "203.0.113.7/32, host bits zero"},
      {"toolsets: [cor]\n",
       "tier0.yaml:1:12 /toolsets/0 must be one of all, core, vps, backup, keys, firewall, docker, "
       "domains, dns, billing, ssh, tenants, automation, operations, but is other text"},
  };
  for (const RefusedText& row : rows) {
    INFO(row.text);
    const Folder folder(row.text);
    CHECK(folder.faults(folder.load()) == Lines{row.line});
  }
}

TEST_CASE("a secret where its reference belongs is refused and never printed", "[config][secret]") {
  const RefusedText rows[] = {
      {"accounts: {main: {token: canary-4711}}\n", "tier0.yaml:1:26 "},
      {"ssh: {private_key: \"-----BEGIN canary-4711\"}\n", "tier0.yaml:1:20 "},
      {"alerts: {slack: \"https://hooks.slack.com/canary-4711\"}\n", "tier0.yaml:1:17 "},
      {"vault: {address: \"https://v:1\", auth: {token: canary-4711}}\n", "tier0.yaml:1:47 "},
      {"store: \"postgres://me:canary-4711@db/tier0\"\n", "tier0.yaml:1:8 "},
      {"store: \"postgres://me@db/tier0?password=canary-4711\"\n", "tier0.yaml:1:8 "},
      {"vault: {address: \"https://me:canary-4711@v:1\", auth: {token: \"env:A\"}}\n",
       "tier0.yaml:1:18 "},
  };
  for (const RefusedText& row : rows) {
    INFO(row.text);
    const Folder folder(row.text);

    const auto loaded = folder.load();

    REQUIRE_FALSE(loaded);
    const Lines lines = folder.faults(loaded);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].starts_with(row.line));
    CHECK(lines[0].find("canary") == std::string::npos);
    CHECK(loaded.error().message.find("canary") == std::string::npos);
    CHECK(loaded.error().hint.find("canary") == std::string::npos);
  }
}

TEST_CASE("faults of several files are reported together", "[config][load]") {
  Folder folder("foo: 1\n");
  folder.write("agents/a.yaml", "agent: [x]\n").write("tenants/t.yaml", "tenant: T\n");

  const auto loaded = folder.load();

  CHECK(folder.faults(loaded).size() == 3);
  CHECK(loaded.error().message.find("(and 2 more)") != std::string::npos);
}

TEST_CASE("the digest changes with the meaning, not with the layout", "[config][load]") {
  Folder folder("store: sqlite\n");
  folder.write("agents/reader.yaml", kReader);
  const std::string first = folder.load()->digest;

  folder.write("tier0.yaml", "# a comment\n\nstore:   \"sqlite\"\n");
  CHECK(folder.load()->digest == first);
  folder.write("tier0.yaml", "toolsets: [all]\n");
  CHECK(folder.load()->digest != first);
  folder.write("tier0.yaml", "store: sqlite\n");
  folder.write("agents/reader.yaml", std::string(kReader) + "    backends: [local]\n");
  CHECK(folder.load()->digest != first);
}

TEST_CASE("a reload puts a good policy into force and keeps the old one from a bad file",
          "[config][reload]") {
  Folder folder;
  folder.write("agents/reader.yaml", kReader);
  PolicyBox box(folder.policy().value());
  const auto sees_writes = [&box] {
    return box.snapshot()->may_see(agent_principal("reader"), *catalogue().find("start-vps"));
  };

  folder.write("agents/reader.yaml",
               "agent: reader\ngrants: [{tools: [nope], effects: {write: allow}}]\n");
  const auto bad = reload(folder.main(), catalogue(), box);
  CHECK(folder.faults(bad) == Lines{"agents/reader.yaml:2:19 unknown tool \"nope\""});
  CHECK(box.snapshot()->generation() == 1);
  CHECK_FALSE(sees_writes());

  folder.write("agents/reader.yaml",
               "agent: reader\ngrants: [{tools: [\"*\"], effects: {write: allow}}]\n");
  CHECK(reload(folder.main(), catalogue(), box));
  CHECK(box.snapshot()->generation() == 2);
  CHECK(sees_writes());
}

TEST_CASE("a file that everyone may write, or that is none, is not read", "[config][load]") {
  Folder folder;
  folder.write("agents/reader.yaml", kReader);
  const auto profile = folder / "agents/reader.yaml";

  REQUIRE(::chmod(profile.c_str(), 0646) == 0);
  const auto open_to_all = folder.load();
  REQUIRE(::chmod(profile.c_str(), 0644) == 0);
  std::filesystem::remove(folder.main());
  const auto absent = folder.load();
  REQUIRE(::mkfifo(folder.main().c_str(), 0600) == 0);
  const auto pipe = folder.load();

  REQUIRE_FALSE(open_to_all);
  CHECK(open_to_all.error().message.ends_with("agents/reader.yaml: everyone may write it"));
  REQUIRE_FALSE(absent);
  CHECK(absent.error().message.find("cannot be read") != std::string::npos);
  REQUIRE_FALSE(pipe);
  CHECK(pipe.error().message.ends_with("is no plain file"));
}

TEST_CASE("a profile that would be overlooked is refused", "[config][load]") {
  Folder folder;
  folder.write("agents/reader.yml", kReader);

  const auto loaded = folder.load();

  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message.ends_with("reader.yml: would be overlooked"));
}

TEST_CASE("a configuration is looked for where the contract says", "[config][load]") {
  const Folder folder;

  CHECK(*find(folder.main()) == folder.main());
  const auto missing = find(folder / "other.yaml");

  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Code::NotConfigured);
  CHECK(missing.error().message.find("other.yaml") != std::string::npos);
}

}  // namespace tier0::config
