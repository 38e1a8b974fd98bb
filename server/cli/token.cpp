#include <iostream>

#include "server/base/ids.h"
#include "server/base/json.h"
#include "server/cli/agent_tokens.h"
#include "server/cli/commands.h"
#include "server/crypto/crypto.h"

namespace tier0::cli {

int run(const TokenNew& command, const Options& options) {
  const auto agent = AgentId::parse(command.agent);
  if (!agent) {
    std::cerr << "tier0: " << agent.error().message << ". " << agent.error().hint << '\n';
    return kUsage;
  }
  const std::string token = new_agent_token();
  const std::string digest = crypto::sha256_hex(token);
  if (options.json) {
    std::cout << Json{{"agent", agent->value}, {"token", token}, {"sha256", digest}}.dump() << '\n';
    return kDone;
  }
  std::cout << token << '\n';
  std::cerr << "This token is shown once. Paste its digest into agents/" << agent->value
            << ".yaml:\n\n"
            << "identity:\n  - token: {sha256: \"" << digest << "\"}\n";
  return kDone;
}

}  // namespace tier0::cli
