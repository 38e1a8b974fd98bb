#include "server/policy/targets.h"

#include <algorithm>

#include "server/schema/net_formats.h"

namespace tier0 {
namespace {

constexpr std::string_view kVps = "vps";
constexpr std::string_view kDomain = "domain";
constexpr std::string_view kTenant = "tenant";
constexpr std::string_view kAccount = "account";

/// Names of domains compare without case and final dot (RFC 1035 2.3.3).
std::string normal(std::string_view dimension, const std::string& id) {
  return dimension == kDomain ? normal_domain(id) : id;
}

bool belongs(const Tenants& tenants, const std::set<std::string>& slugs, std::string_view dimension,
             const std::string& id) {
  return std::ranges::any_of(slugs, [&](const std::string& slug) {
    const auto tenant = tenants.find(slug);
    if (tenant == tenants.end()) return false;
    if (dimension == kVps) return tenant->second.vps.contains(id);
    return dimension == kDomain && tenant->second.domains.contains(id);
  });
}

/// What a limit in another dimension says about a thing.
bool other_limit_covers(std::string_view limited, const std::set<std::string>& ids, bool own_limit,
                        const Belonging& known, std::string_view dimension, const std::string& id) {
  if (dimension == kAccount) return true;
  if (limited == kTenant) return belongs(known.tenants, ids, dimension, id);
  if (limited == kAccount) {
    const auto account = known.owners ? known.owners->account_of(dimension, id) : std::nullopt;
    return account && ids.contains(*account);
  }
  return own_limit;  // both dimensions are limited, each speaks for its own things
}

}  // namespace

Result<NamedTargets> named_targets(const Tool& tool, const Json& args) {
  NamedTargets named;
  for (const TargetArgument& target : tool.targets) {
    const Json* value = find_member(args, target.argument);
    if (value == nullptr || value->is_null()) continue;
    const Json list = value->is_array() ? *value : Json::array({*value});
    for (const Json& item : list) {
      if (!item.is_string())
        return Error{.code = Code::Validation,
                     .message = "the target \"" + target.argument + "\" is not text"};
      named[target.dimension].push_back(normal(target.dimension, item.get<std::string>()));
    }
  }
  return named;
}

bool has_target(const Tool& tool, std::string_view dimension) {
  return std::ranges::find(tool.targets, dimension, &TargetArgument::dimension) !=
         tool.targets.end();
}

bool covers(const TargetSets& on, const Belonging& known, std::string_view dimension,
            const std::string& raw_id) {
  if (on.empty()) return true;
  const std::string id = normal(dimension, raw_id);
  const auto own = on.find(dimension);
  if (own != on.end() && !own->second.contains(id)) return false;
  return std::ranges::all_of(on, [&](const auto& limit) {
    return limit.first == dimension ||
           other_limit_covers(limit.first, limit.second, own != on.end(), known, dimension, id);
  });
}

}  // namespace tier0
