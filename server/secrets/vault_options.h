#pragma once

#include <chrono>
#include <string>
#include <variant>

#include "server/backend/secret_ref.h"
#include "server/net/url.h"

namespace tier0 {

/// Logs in with a token that somebody else made.
struct VaultToken {
  SecretRef token;
};

/// Logs in as an AppRole, at auth/approle.
struct VaultAppRole {
  SecretRef role_id;
  SecretRef secret_id;
};

/// How Vault is spoken to. The references are none of Vault's own.
struct VaultOptions {
  BaseUrl address;
  std::string vault_namespace = {};  // empty: none
  std::variant<VaultToken, VaultAppRole> auth;
  std::string ca_file = {};  // PEM; empty: the system's
  std::string user_agent;
  std::chrono::milliseconds request_timeout = std::chrono::seconds(15);
};

}  // namespace tier0
