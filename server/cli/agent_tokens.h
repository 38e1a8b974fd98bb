#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/base/result.h"
#include "server/base/secret.h"

namespace tier0::cli {

/// The sandbox's own tokens: made once a state directory and kept in STATE/sandbox-tokens.json
/// (0600, {agent: token}), because its agents are built in and have no token of their own.
/// Immutable; thread-safe.
class AgentTokens {
 public:
  /// Kind internal where the file cannot be read or written. Without it there are none: outside the
  /// sandbox tokens are those of the agents' files.
  static Result<std::unique_ptr<AgentTokens>> open(const std::filesystem::path& state,
                                                   const std::vector<std::string>& agents);

  /// The agent whose token this is, compared in constant time; empty for nobody's.
  std::string agent_of(const Secret& bearer) const;

  const std::map<std::string, std::string>& all() const { return tokens_; }

 private:
  std::map<std::string, std::string> tokens_;  // agent to token
};

/// "t0_" and 256 random bits as base64url.
std::string new_agent_token();

}  // namespace tier0::cli
