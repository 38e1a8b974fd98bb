#pragma once

#include <string>
#include <vector>

#include "server/ssh/key_pair.h"
#include "tests/e2e/lone_provider.h"
#include "tests/fakes/temp_folder.h"
#include "tests/fakes/vault_server.h"

namespace tier0 {

/// What tells an OpenSSH private key: its lines of base64, and a part of each.
std::vector<std::string> pieces_of_key(const std::string& pem);

/// The product as somebody has it: a real configuration, its secrets in a Vault (an AppRole, KV
/// version 2), a provider and hosts that are not in its process. The agent "operator" may do
/// everything, "reader" reads.
class Installation {
 public:
  explicit Installation(const Json& fixture = Json::object());

  /// The words that end every command: the configuration, the state, a talkative log.
  std::vector<std::string> with_files(std::vector<std::string> words) const;
  Finished run(const std::vector<std::string>& words) const;

  /// What must be seen nowhere.
  std::vector<std::string> secrets() const;
  const std::string& agent_token() const { return agent_token_; }
  std::string state() const { return path("state"); }
  void write(const std::string& name, const std::string& text) const;

  SystemClock clock;
  fakes::VaultServer vault{clock};
  LoneProvider provider;

 private:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void configure() const;

  TempFolder folder_;
  KeyPair deploy_key_;
  std::string agent_token_;
};

}  // namespace tier0
