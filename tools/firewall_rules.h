#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/backend/firewall_api.h"
#include "server/base/json.h"
#include "server/tool/context.h"

namespace tier0::tools {

/// Rules as people write them, as the provider wants them: `operator` becomes one rule for each of
/// the owner's addresses. Kind validation for a `from` that is no address; not_configured where the
/// owner named no address.
Result<std::vector<FirewallMatch>> matches_of(std::span<const ProfileRule> rules,
                                              const OwnerRules& owner);
std::vector<FirewallMatch> matches_of(const Firewall& firewall);

/// For the state of an operation.
Json matches_json(const std::vector<FirewallMatch>& matches);
std::vector<FirewallMatch> matches_from(const Json& json);

/// "TCP 22 from any"
std::string text_of(const FirewallMatch& match);
/// All of them in a fixed order: two sets of rules let the same in where these are the same.
Json texts_of(const std::vector<FirewallMatch>& matches);

/// What makes the rules there are the rules wanted.
struct RuleChanges {
  std::vector<FirewallMatch> missing;
  std::vector<FirewallRule> surplus;
  std::size_t size() const { return missing.size() + surplus.size(); }
};
RuleChanges changes_between(const Firewall& now, const std::vector<FirewallMatch>& wanted);

/// Why these rules would lock somebody out of SSH: each address of the operator's and of this
/// server's own must be let in by one rule. Without any known address only SSH from anywhere is
/// safe.
std::optional<Error> lock_out(const std::vector<FirewallMatch>& rules, const OwnerRules& owner);

}  // namespace tier0::tools
