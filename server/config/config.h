#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "server/backend/secret_ref.h"
#include "server/base/document.h"
#include "server/base/ids.h"
#include "server/policy/policy.h"

namespace tier0::config {

template <class T>
using Named = std::map<std::string, T, std::less<>>;

/// One login at the provider.
struct AccountConfig {
  std::string provider;  // hostinger
  std::string url;       // https, or http on loopback
  SecretRef token;
};

struct AppRole {
  SecretRef role_id;
  SecretRef secret_id;
};

struct VaultConfig {
  std::string address;                    // https, or http on loopback
  std::string vault_namespace;            // empty: none
  std::string ca_file;                    // PEM; empty: the system's
  std::string tenants;                    // MOUNT/PATH below which each tenant has its secret
  std::variant<AppRole, SecretRef> auth;  // an AppRole login, or a token
};

struct HostConfig {
  VpsId vps;
  std::string address;
  int port = 22;
  std::string host_key;  // "SHA256:…"; empty: the pinned one in the store
};

struct SshConfig {
  std::string user;
  SecretRef private_key;
  Named<HostConfig> hosts;
};

/// Never locked out by a firewall change.
struct OperatorConfig {
  std::vector<std::string> cidrs;
  std::vector<std::string> egress;
};

struct FirewallRuleConfig {
  std::string protocol;
  std::string port;
  std::string from;  // operator, any, an address or a CIDR
};

struct HttpConfig {
  std::string listen;  // HOST:PORT
  std::vector<std::string> hosts;
  std::vector<std::string> origins;
  bool sse = true;
};

struct StoreConfig {
  std::string url;  // empty: SQLite in the state directory; else postgres://…, without a password
};

struct TenantConfig {
  std::string tenant;
  std::string name;
  std::vector<std::string> vps;  // provider ids
  std::vector<std::string> domains = {};
};

/// tier0.yaml with its defaults filled in. Holds no secret, only references to them.
struct Config {
  Named<AccountConfig> accounts;
  std::optional<VaultConfig> vault;
  SshConfig ssh;
  OperatorConfig operators;
  Named<std::vector<FirewallRuleConfig>> firewall_profiles;
  Named<std::string> people;  // name to unix user
  HttpConfig http;
  StoreConfig store;
  std::optional<SecretRef> slack;
  std::vector<std::string> toolsets;
  std::string socket_group;  // empty: the socket is 0600
};

/// Everything that was read, checked against schemas/config and against itself.
struct Loaded {
  std::string file;  // tier0.yaml; empty: built in
  Config config = {};
  std::vector<TenantConfig> tenants = {};
  /// What grants may name, as it was read: it stays when hosts and accounts are exchanged for
  /// others, as the sandbox does.
  Named<std::string> host_ids = {};  // ssh.hosts: name to provider id
  std::set<std::string, std::less<>> account_names = {};
  std::vector<Document> agents = {};  // in the order of their names; policy reads them
  std::string digest = {};            // SHA-256 in hex of all of it, comments and layout apart
};

}  // namespace tier0::config
