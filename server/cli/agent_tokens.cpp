#include "server/cli/agent_tokens.h"

#include "server/base/files.h"
#include "server/base/json.h"
#include "server/crypto/crypto.h"

namespace tier0::cli {
namespace {
constexpr std::size_t kFileLimit = 64 * 1024;
}

Result<std::unique_ptr<AgentTokens>> AgentTokens::open(const std::filesystem::path& state,
                                                       const std::vector<std::string>& agents) {
  auto tokens = std::make_unique<AgentTokens>();
  const std::filesystem::path file = state / "sandbox-tokens.json";
  const auto text = read_file(file, kFileLimit);
  if (!text && text.error().code != Code::NotFound) return text.error();
  if (text) {
    T0_TRY(const Json json, parse_json(*text));
    for (const auto& [agent, token] : json.items())
      if (token.is_string()) tokens->tokens_.emplace(agent, token.get<std::string>());
  }
  bool changed = false;
  for (const std::string& agent : agents) {
    if (tokens->tokens_.contains(agent)) continue;
    tokens->tokens_.emplace(agent, new_agent_token());
    changed = true;
  }
  if (changed) T0_CHECK(replace_file(file, Json(tokens->tokens_).dump(2) + "\n"));
  return tokens;
}

std::string AgentTokens::agent_of(const Secret& bearer) const {
  const std::string digest = crypto::sha256(bearer);
  std::string found;
  // All are compared, so that the time does not tell which one was near.
  for (const auto& [agent, token] : tokens_)
    if (crypto::constant_time_equal(crypto::sha256(std::string_view(token)), digest)) found = agent;
  return found;
}

std::string new_agent_token() {
  constexpr std::size_t kTokenBytes = 32;
  return "t0_" + crypto::base64url_encode(crypto::random_bytes(kTokenBytes));
}

}  // namespace tier0::cli
