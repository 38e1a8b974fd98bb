// What has to hold between profiles, and what is worth a warning about one.
#include <algorithm>
#include <map>

#include "server/policy/parse_profile.h"
#include "server/policy/policy.h"

namespace tier0 {
namespace {

constexpr const char* kClient = "client";       // the user of the agent's own client
constexpr const char* kServersOwner = "owner";  // the server's own unix user

void check_unique(std::span<const Document> documents, Findings& findings) {
  std::map<std::string, std::string> agents;
  std::map<std::string, std::string> tokens;
  for (const Document& document : documents) {
    const auto [first, added] =
        agents.emplace(document.value["agent"].get<std::string>(), document.name);
    if (!added)
      findings.faults.push_back({document.at("/agent"), "the agent \"" + first->first +
                                                            "\" is already in " + first->second});
    const Json identity = document.value.value("identity", Json::array());
    for (std::size_t i = 0; i < identity.size(); ++i) {
      if (!identity[i].contains("token")) continue;
      const std::string pointer = "/identity/" + std::to_string(i) + "/token/sha256";
      const auto [token, fresh] =
          tokens.emplace(identity[i]["token"]["sha256"].get<std::string>(), document.at(pointer));
      if (!fresh)
        findings.faults.push_back(
            {document.at(pointer), "the same token is already at " + token->second});
    }
  }
}

bool asks(const AgentProfile& profile) {
  return std::ranges::any_of(profile.grants, [](const Grant& grant) {
    return std::ranges::any_of(grant.effects,
                               [](const auto& effect) { return effect.second != Verdict::Allow; });
  });
}

void warn(const AgentProfile& profile, const AgentDirectory::People& people, Findings& findings) {
  for (const std::string& name : profile.approvals.approvers)
    if (name != kClient && name != kServersOwner && !people.unix_users.contains(name))
      findings.warnings.push_back(profile.file + ": approver \"" + name +
                                  "\" is nobody in people, and can never approve");
  const auto& approvers = profile.approvals.approvers;
  if (asks(profile) && approvers.size() < static_cast<std::size_t>(profile.approvals.quorum))
    findings.warnings.push_back(profile.file +
                                ": it asks, and has fewer approvers than its quorum");
  if (profile.grants.empty()) findings.warnings.push_back(profile.file + ": it has no grants");
}

}  // namespace

Result<std::shared_ptr<const Policy>> Policy::parse(const PolicyInput& input) {
  Findings findings;
  const KnownNames known{input.registry, input.hosts, input.accounts};
  const auto policy = std::make_shared<Policy>(Key{});
  check_unique(input.profiles, findings);
  for (const Document& document : input.profiles) {
    policy->profiles_.push_back(parse_profile(document, known, findings));
    warn(policy->profiles_.back(), input.people, findings);
  }
  if (!findings.faults.empty()) return refuse(std::move(findings.faults));
  policy->tenants_ = input.tenants;
  policy->directory_ = AgentDirectory::build(policy->profiles_, input.people);
  policy->generation_ = input.generation;
  policy->warnings_ = std::move(findings.warnings);
  return std::shared_ptr<const Policy>(policy);
}

}  // namespace tier0
