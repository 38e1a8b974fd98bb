#include "server/policy/scope.h"

#include <algorithm>
#include <utility>

namespace tier0 {
namespace {

bool reaches(const Grant& grant, Backend backend) {
  return !grant.backends || grant.backends->contains(backend);
}

class Scope final : public GrantedScope {
 public:
  Scope(std::shared_ptr<const void> owner, std::vector<ScopedGrant> grants, const Tenants* tenants)
      : owner_(std::move(owner)), grants_(std::move(grants)), tenants_(tenants) {}

  bool covers(std::string_view dimension, const std::string& id) const override {
    return std::ranges::any_of(grants_, [&](const ScopedGrant& one) {
      return tier0::covers(one.on, *tenants_, dimension, id);
    });
  }

  bool covers(Backend backend, std::string_view dimension, const std::string& id) const override {
    return std::ranges::any_of(grants_, [&](const ScopedGrant& one) {
      return reaches(*one.grant, backend) && tier0::covers(one.on, *tenants_, dimension, id);
    });
  }

  bool may_use(Backend backend) const override {
    return std::ranges::any_of(
        grants_, [backend](const ScopedGrant& one) { return reaches(*one.grant, backend); });
  }

 private:
  const std::shared_ptr<const void> owner_;
  const std::vector<ScopedGrant> grants_;
  const Tenants* const tenants_;
};

}  // namespace

std::shared_ptr<const GrantedScope> make_scope(std::shared_ptr<const void> owner,
                                               std::vector<ScopedGrant> grants,
                                               const Tenants& tenants) {
  return std::make_shared<Scope>(std::move(owner), std::move(grants), &tenants);
}

std::shared_ptr<const GrantedScope> Decision::nothing_covered() {
  static const Tenants kNoTenants;
  static const std::shared_ptr<const GrantedScope> kNothing =
      std::make_shared<Scope>(nullptr, std::vector<ScopedGrant>{}, &kNoTenants);
  return kNothing;
}

}  // namespace tier0
