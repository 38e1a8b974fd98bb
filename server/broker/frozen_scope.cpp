#include "server/broker/frozen_scope.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tier0 {
namespace {

constexpr std::array<Backend, 3> kBackends = {Backend::Hostinger, Backend::Ssh, Backend::Local};

/// {"use": [backend], "covers": {dimension: {id: [backend]}}}
class FrozenScope final : public GrantedScope {
 public:
  explicit FrozenScope(Json json) : json_(std::move(json)) {}

  bool covers(std::string_view dimension, const std::string& id) const override {
    const Json* backends = backends_of(dimension, id);
    return backends != nullptr && !backends->empty();
  }
  bool covers(Backend backend, std::string_view dimension, const std::string& id) const override {
    return names(backends_of(dimension, id), backend);
  }
  bool may_use(Backend backend) const override { return names(find_member(json_, "use"), backend); }

 private:
  const Json* backends_of(std::string_view dimension, const std::string& id) const {
    const Json* covered = find_member(json_, "covers");
    const Json* things = covered == nullptr ? nullptr : find_member(*covered, dimension);
    return things == nullptr ? nullptr : find_member(*things, id);
  }
  static bool names(const Json* backends, Backend backend) {
    return backends != nullptr && backends->is_array() &&
           std::ranges::find(*backends, Json(to_string(backend))) != backends->end();
  }

  const Json json_;
};

void freeze_thing(const GrantedScope& scope, const std::string& dimension, const std::string& id,
                  Json& covered) {
  Json backends = Json::array();
  for (const Backend backend : kBackends)
    if (scope.covers(backend, dimension, id)) backends.push_back(to_string(backend));
  covered[dimension][id] = std::move(backends);
}

}  // namespace

std::string freeze_scope(const GrantedScope& scope, const Tool& tool, const Json& args,
                         std::span<const VpsId> hosts) {
  Json use = Json::array();
  for (const Backend backend : kBackends)
    if (scope.may_use(backend)) use.push_back(to_string(backend));
  Json covered = Json::object();
  for (const VpsId& vps : hosts) freeze_thing(scope, "vps", vps.value, covered);
  for (const TargetArgument& target : tool.targets) {
    const Json* value = find_member(args, target.argument);
    if (value == nullptr) continue;
    for (const Json& id : value->is_array() ? *value : Json::array({*value}))
      if (id.is_string()) freeze_thing(scope, target.dimension, id.get<std::string>(), covered);
  }
  return dump_json({{"use", std::move(use)}, {"covers", std::move(covered)}});
}

std::shared_ptr<const GrantedScope> thaw_scope(const std::string& text) {
  auto json = parse_json(text);
  if (!json) return Decision::nothing_covered();
  return std::make_shared<FrozenScope>(*std::move(json));
}

}  // namespace tier0
