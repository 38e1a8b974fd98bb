#pragma once

#include <map>
#include <memory>
#include <string>

#include "server/policy/policy.h"
#include "tests/tool/sample_tool.h"

namespace tier0 {

/// A registry with a tool of each kind that grants tell apart.
const Registry& catalogue();

/// What a policy is made from in tests; profiles are JSON in the form of agents/*.yaml, named
/// agents/NAME.yaml after their agent.
struct PolicySetup {
  std::vector<Json> profiles = {};
  std::map<std::string, std::string, std::less<>> hosts = {};
  std::set<std::string, std::less<>> accounts = {"main", "second"};
  Tenants tenants = {};
  AgentDirectory::People people = {};
  std::uint64_t generation = 1;
};

/// Checks the profiles against the schema of agents, as the loader does, then makes the policy.
Result<std::shared_ptr<const Policy>> make_test_policy(const PolicySetup& setup);

inline Principal agent_principal(std::string id) {
  return {.kind = Principal::Kind::Agent, .id = std::move(id)};
}

}  // namespace tier0
