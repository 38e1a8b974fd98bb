#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "tests/fakes/vault_engine.h"

namespace tier0::fakes {

/// What a login hands out.
struct VaultGrant {
  std::chrono::seconds ttl{0};      // zero: for ever
  std::chrono::seconds max_ttl{0};  // of the token's whole life; zero: none
  bool renewable = true;
  bool default_policy = true;  // without it a token may not look at itself
  /// API path prefix to capabilities; empty: may do everything.
  std::map<std::string, std::vector<std::string>> policy = {};
};

/// Vault's tokens and AppRoles.
class VaultTokens {
 public:
  explicit VaultTokens(const Clock& clock) : clock_(clock) {}

  std::string issue(const VaultGrant& grant);
  void add_role(const std::string& role_id, const std::string& secret_id, VaultGrant grant);
  void revoke(const std::string& token) { tokens_.at(token).revoked = true; }
  void revoke_all();
  std::size_t live() const;

  /// Null for a token that is dead or was never given out.
  const VaultGrant* grant_of(const std::string& token) const;

  VaultReply log_in(const Json& body);
  VaultReply look_up(const std::string& token) const;
  VaultReply renew(const std::string& token);

 private:
  struct Token {
    VaultGrant grant;
    TimePoint made;
    TimePoint expires;
    bool revoked = false;
  };
  struct Role {
    std::string secret_id;
    VaultGrant grant;
  };

  const Clock& clock_;
  std::map<std::string, Token> tokens_;
  std::map<std::string, Role> roles_;
};

VaultReply vault_denied();
VaultReply vault_no_route(const std::string& path);
bool vault_allows(const VaultGrant& grant, const std::string& path, const std::string& capability);

}  // namespace tier0::fakes
