#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/policy/profile.h"

namespace tier0 {

/// What belongs to one tenant, as far as grants on tenants need to know.
struct TenantTargets {
  std::set<std::string> vps;  // provider ids
  std::set<std::string> domains;
};
using Tenants = std::map<std::string, TenantTargets, std::less<>>;

/// What the world says about whose a thing is. Answers at once, from what is known; thread-safe.
class Owners {
 public:
  virtual ~Owners() = default;
  /// Nothing where it is not known, and then no grant limited by account covers it.
  virtual std::optional<std::string> account_of(std::string_view dimension,
                                                const std::string& id) const = 0;
};

/// What grants need to know beyond themselves. `owners` may be null: nothing is known.
struct Belonging {
  const Tenants& tenants;
  const Owners* owners = nullptr;
};

/// What a call names, by dimension: the values of the tool's target arguments, one or several each.
using NamedTargets = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Kind validation where a target argument is neither text nor a list of it: nothing is guessed.
Result<NamedTargets> named_targets(const Tool& tool, const Json& args);

bool has_target(const Tool& tool, std::string_view dimension);

/// Whether a grant limited so covers a thing that a read may show. What is limited in another
/// dimension only covers a thing where the two are known to belong together: a VPS or a domain of
/// the tenant, anything of the account. An account itself only holds the rest.
bool covers(const TargetSets& on, const Belonging& known, std::string_view dimension,
            const std::string& id);

}  // namespace tier0
