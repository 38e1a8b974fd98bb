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
  Scope(std::shared_ptr<const void> keeper, std::vector<ScopedGrant> grants, const Belonging& known)
      : keeper_(std::move(keeper)), grants_(std::move(grants)), known_(known) {}

  bool covers(std::string_view dimension, const std::string& id) const override {
    return std::ranges::any_of(grants_, [&](const ScopedGrant& one) {
      return tier0::covers(one.on, known_, dimension, id);
    });
  }

  bool covers(Backend backend, std::string_view dimension, const std::string& id) const override {
    return std::ranges::any_of(grants_, [&](const ScopedGrant& one) {
      return reaches(*one.grant, backend) && tier0::covers(one.on, known_, dimension, id);
    });
  }

  bool may_use(Backend backend) const override {
    return std::ranges::any_of(
        grants_, [backend](const ScopedGrant& one) { return reaches(*one.grant, backend); });
  }

 private:
  const std::shared_ptr<const void> keeper_;
  const std::vector<ScopedGrant> grants_;
  const Belonging known_;
};

}  // namespace

std::shared_ptr<const GrantedScope> make_scope(std::shared_ptr<const void> keeper,
                                               std::vector<ScopedGrant> grants,
                                               const Belonging& known) {
  return std::make_shared<Scope>(std::move(keeper), std::move(grants), known);
}

std::shared_ptr<const GrantedScope> Decision::nothing_covered() {
  static const Tenants kNoTenants;
  static const std::shared_ptr<const GrantedScope> kNothing =
      std::make_shared<Scope>(nullptr, std::vector<ScopedGrant>{}, Belonging{kNoTenants});
  return kNothing;
}

}  // namespace tier0
