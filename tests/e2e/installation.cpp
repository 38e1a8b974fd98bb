#include "tests/e2e/installation.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "server/base/text.h"
#include "server/crypto/crypto.h"

namespace tier0 {
namespace {

KeyPair made_deploy_key() {
  auto pair = generate_key_pair("smarteros:deploy:2026-11:1");
  REQUIRE(pair);
  return *std::move(pair);
}

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

}  // namespace

Installation::Installation(const Json& fixture)
    : provider(fixture),
      deploy_key_(made_deploy_key()),
      agent_token_("t0_canary-" + crypto::random_id()) {
  provider.let_in(deploy_key_.public_key);
  vault.mount("smarteros", 2);
  vault.put("smarteros/mcp/hostinger", {{"api_token", provider.token()}});
  vault.put("smarteros/ssh/deploy", {{"private_key", deploy_key_.private_key.reveal()},
                                     {"public_key", deploy_key_.public_key},
                                     {"note", "canary-foreign-field"}});
  vault.add_role("canary-role", "canary-secret-id", {.ttl = std::chrono::hours(1)});
  write("role", "canary-role");
  write("secret", "canary-secret-id");
  configure();
}

void Installation::configure() const {
  const auto secret_file = [this](const char* name) { return quoted("file:" + path(name)); };
  std::string hosts;
  for (const auto& [vps, host] : provider.hosts().items())
    hosts += "    host-" + vps + ": {vps: " + quoted(vps) +
             ", address: 127.0.0.1, port: " + std::to_string(host["port"].get<int>()) +
             ", host_key: " + quoted(host["host_key"].get<std::string>()) + "}\n";
  std::filesystem::create_directory(path("agents"));
  write("tier0.yaml", "vault: {address: " + quoted(vault.url()) + ", auth: {approle: {role_id: " +
                          secret_file("role") + ", secret_id: " + secret_file("secret") + "}}}\n" +
                          "accounts: {main: {url: " + quoted(provider.api()) + "}}\n" +
                          "ssh:\n  hosts:\n" + hosts + "toolsets: [all]\n");
  write("agents/reader.yaml",
        "agent: reader\ngrants:\n  - tools: [\"*\"]\n    effects: {read: allow}\n");
  write("agents/operator.yaml",
        "agent: operator\nidentity:\n  - token: {sha256: " +
            quoted(crypto::sha256_hex(agent_token_)) +
            "}\ngrants:\n  - tools: [\"*\"]\n    effects: {read: allow, write: allow, "
            "destructive: allow}\n");
}

void Installation::write(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name) << text;
  std::filesystem::permissions(folder_ / name, std::filesystem::perms(0600));
}

std::vector<std::string> Installation::with_files(std::vector<std::string> words) const {
  words.insert(words.end(),
               {"--config", path("tier0.yaml"), "--state", state(), "--log-level", "debug"});
  return words;
}

Finished Installation::run(const std::vector<std::string>& words) const {
  return run_to_end(with_files(words));
}

std::vector<std::string> Installation::secrets() const {
  // All that is not made elsewhere says so in its value.
  std::vector<std::string> secrets = {"canary", provider.token()};
  for (std::string& piece : pieces_of_key(deploy_key_.private_key.reveal()))
    secrets.push_back(std::move(piece));
  return secrets;
}

std::vector<std::string> pieces_of_key(const std::string& pem) {
  constexpr std::size_t kPiece = 24;
  std::vector<std::string> pieces;
  for (const std::string& line : split(pem, '\n')) {
    if (line.empty() || line.starts_with("-----")) continue;
    // In a key of one line what begins it is public; past the middle it is the private half.
    pieces.insert(pieces.end(), {line, line.substr(line.size() * 2 / 3, kPiece)});
  }
  return pieces;
}

}  // namespace tier0
