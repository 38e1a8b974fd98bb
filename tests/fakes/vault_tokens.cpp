#include "tests/fakes/vault_tokens.h"

#include <algorithm>

namespace tier0::fakes {
namespace {

std::int64_t seconds_left(TimePoint until, TimePoint now) {
  if (until == TimePoint::max()) return 0;
  return std::chrono::ceil<std::chrono::seconds>(until - now).count();
}

}  // namespace

VaultReply vault_denied() {
  return vault_errors(403, {"1 error occurred:\n\t* permission denied\n\n"});
}

VaultReply vault_no_route(const std::string& path) {
  return vault_errors(404, {"no handler for route \"" + path + "\". route entry not found."});
}

bool vault_allows(const VaultGrant& grant, const std::string& path, const std::string& capability) {
  if (grant.policy.empty()) return true;
  return std::any_of(grant.policy.begin(), grant.policy.end(), [&](const auto& rule) {
    return path.starts_with(rule.first) &&
           std::find(rule.second.begin(), rule.second.end(), capability) != rule.second.end();
  });
}

std::string VaultTokens::issue(const VaultGrant& grant) {
  const std::string token = "hvs.canary-token-" + std::to_string(tokens_.size() + 1);
  const TimePoint now = clock_.now();
  tokens_[token] = {.grant = grant,
                    .made = now,
                    .expires = grant.ttl.count() > 0 ? now + grant.ttl : TimePoint::max()};
  return token;
}

const VaultGrant* VaultTokens::grant_of(const std::string& token) const {
  const auto found = tokens_.find(token);
  if (found == tokens_.end() || found->second.revoked || clock_.now() >= found->second.expires)
    return nullptr;
  return &found->second.grant;
}

void VaultTokens::add_role(const std::string& role_id, const std::string& secret_id,
                           VaultGrant grant) {
  roles_[role_id] = {.secret_id = secret_id, .grant = std::move(grant)};
}

void VaultTokens::revoke_all() {
  for (auto& [name, token] : tokens_) token.revoked = true;
}

std::size_t VaultTokens::live() const {
  return static_cast<std::size_t>(
      std::count_if(tokens_.begin(), tokens_.end(),
                    [this](const auto& entry) { return grant_of(entry.first) != nullptr; }));
}

VaultReply VaultTokens::log_in(const Json& body) {
  if (roles_.empty()) return vault_no_route("auth/approle/login");
  const auto role = roles_.find(string_member(body, "role_id"));
  if (role == roles_.end() || role->second.secret_id != string_member(body, "secret_id") ||
      body.size() != 2)
    return vault_errors(400, {"invalid role or secret ID"});
  const VaultGrant& grant = role->second.grant;
  VaultReply reply = vault_data(200, nullptr);
  reply.body["auth"] = {{"client_token", issue(grant)},
                        {"accessor", "accessor"},
                        {"lease_duration", grant.ttl.count()},
                        {"renewable", grant.renewable},
                        {"token_type", grant.renewable ? "service" : "batch"}};
  return reply;
}

VaultReply VaultTokens::look_up(const std::string& token) const {
  const Token& known = tokens_.at(token);
  if (!known.grant.default_policy) return vault_denied();
  const bool ends = known.expires != TimePoint::max();
  return vault_data(200, {{"id", token},
                          {"ttl", seconds_left(known.expires, clock_.now())},
                          {"expire_time", ends ? Json("2026-11-22T06:00:00Z") : Json()},
                          {"renewable", known.grant.renewable},
                          {"policies", {"default"}}});
}

VaultReply VaultTokens::renew(const std::string& token) {
  Token& known = tokens_.at(token);
  if (!known.grant.default_policy) return vault_denied();
  if (!known.grant.renewable) return vault_errors(400, {"lease is not renewable"});
  TimePoint until = clock_.now() + known.grant.ttl;
  if (known.grant.max_ttl.count() > 0) until = std::min(until, known.made + known.grant.max_ttl);
  known.expires = until;
  VaultReply reply = vault_data(200, nullptr);
  reply.body["auth"] = {{"client_token", token},
                        {"lease_duration", seconds_left(until, clock_.now())},
                        {"renewable", true}};
  return reply;
}

}  // namespace tier0::fakes
