#include "server/config/read_config.h"

#include <algorithm>
#include <set>

#include "server/base/text.h"
#include "server/schema/faults.h"
#include "server/schema/formats.h"
#include "server/schema/net_formats.h"

namespace tier0::config {
namespace {

constexpr const char* kNoClient = "is reserved for the user of an agent's own client";

bool is_name(const std::string& text) {
  return find_format("slug")->accepts(text);
}

/// A namespace travels in a header.
bool is_namespace(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '/';
  });
}

/// Reads one document and notes what its schema could not see.
class Reader {
 public:
  Reader(const Document& document, std::vector<Detail>& faults)
      : document_(document), faults_(faults) {}

  Config read() {
    const Json& root = document_.value;
    Config config;
    read_accounts(root["accounts"], config);
    if (root.contains("vault")) config.vault = read_vault(root["vault"]);
    read_ssh(root["ssh"], config.ssh);
    config.operators = {strings(root["operator"]["cidrs"]), strings(root["operator"]["egress"])};
    read_firewall_profiles(root["firewall_profiles"], config);
    read_people(root["people"], config);
    const Json& http = root["http"];
    config.http = {http["listen"], strings(http["hosts"]), strings(http["origins"]), http["sse"]};
    config.store = read_store(root["store"]);
    if (root["alerts"].contains("slack"))
      config.slack = reference("/alerts/slack", root["alerts"]["slack"]);
    config.toolsets = strings(root["toolsets"]);
    config.socket_group = string_member(root["socket"], "group");
    return config;
  }

 private:
  static std::vector<std::string> strings(const Json& list) {
    return list.get<std::vector<std::string>>();
  }

  void fault(const std::string& pointer, std::string problem) {
    faults_.push_back({document_.at(pointer), std::move(problem)});
  }

  void key_fault(const std::string& pointer, std::string problem) {
    faults_.push_back({document_.at_key(pointer), std::move(problem)});
  }

  SecretRef reference(const std::string& pointer, const Json& text) {
    auto parsed = SecretRef::parse(text.get_ref<const std::string&>());
    if (parsed) return *std::move(parsed);
    fault(pointer, parsed.error().message + ". " + parsed.error().hint);
    return {};
  }

  /// A reference that the login to Vault itself needs.
  SecretRef first_reference(const std::string& pointer, const Json& text) {
    SecretRef ref = reference(pointer, text);
    if (ref.kind == SecretRef::Kind::Vault) fault(pointer, "cannot lie in the vault that it opens");
    return ref;
  }

  void read_accounts(const Json& accounts, Config& config) {
    if (accounts.empty()) fault("/accounts", "names no account; leave it out for the usual one");
    for (const auto& [name, account] : accounts.items()) {
      const std::string at = pointer_to("/accounts", name);
      if (!is_name(name)) key_fault(at, "an account's name has lower-case letters, digits and -");
      config.accounts[name] = {account["provider"], account["url"],
                               reference(at + "/token", account["token"])};
    }
  }

  VaultConfig read_vault(const Json& vault) {
    VaultConfig result{.address = vault["address"],
                       .vault_namespace = string_member(vault, "namespace"),
                       .ca_file = string_member(vault, "ca_file"),
                       .tenants = vault["tenants"],
                       .auth = SecretRef{}};
    if (!is_namespace(result.vault_namespace))
      fault("/vault/namespace", "has more than letters, digits, '-', '_', '.' and '/'");
    if (!SecretRef::parse("vault:" + result.tenants + "/slug#field"))
      fault("/vault/tenants", "must be MOUNT/PATH, such as smarteros/tenants");
    const Json& auth = vault["auth"];
    if (auth.size() != 1) {
      fault("/vault/auth", "is one of approle and token");
    } else if (auth.contains("token")) {
      result.auth = first_reference("/vault/auth/token", auth["token"]);
    } else {
      const std::string at = "/vault/auth/approle";
      result.auth = AppRole{first_reference(at + "/role_id", auth["approle"]["role_id"]),
                            first_reference(at + "/secret_id", auth["approle"]["secret_id"])};
    }
    return result;
  }

  void read_ssh(const Json& json, SshConfig& ssh) {
    ssh.user = json["user"];
    ssh.private_key = reference("/ssh/private_key", json["private_key"]);
    std::map<std::string, std::string> names;  // by provider id
    for (const auto& [name, host] : json["hosts"].items()) {
      const std::string at = pointer_to("/ssh/hosts", name);
      if (!HostName::parse(name))
        key_fault(at, "a host's name has letters, digits, '.', '-' and '_', at most 64");
      // In grants it could not be told from a provider id.
      if (VpsId::parse(name)) key_fault(at, "a host's name is not only digits");
      ssh.hosts[name] = {
          {host["vps"]}, host["address"], host["port"], string_member(host, "host_key")};
      const auto [other, fresh] = names.emplace(host["vps"].get<std::string>(), name);
      if (!fresh) fault(at + "/vps", "is the VPS of host \"" + other->second + "\" already");
    }
  }

  void read_firewall_profiles(const Json& profiles, Config& config) {
    for (const auto& [name, rules] : profiles.items()) {
      const std::string at = pointer_to("/firewall_profiles", name);
      if (!is_name(name)) key_fault(at, "a profile's name has lower-case letters, digits and -");
      for (std::size_t i = 0; i < rules.size(); ++i) {
        const Json& rule = rules[i];
        const std::string from = rule["from"];
        if (from != "operator" && from != "any" && !is_ip(from) && !is_cidr(from))
          fault(at + "/" + std::to_string(i) + "/from",
                "must be operator, any, an address or a network such as 203.0.113.0/24");
        config.firewall_profiles[name].push_back({rule["protocol"], rule["port"], from});
      }
    }
  }

  void read_people(const Json& people, Config& config) {
    std::map<std::string, std::string> names;  // by unix user
    for (const auto& [name, person] : people.items()) {
      const std::string at = pointer_to("/people", name);
      if (!is_name(name)) key_fault(at, "a person's name has lower-case letters, digits and -");
      if (name == "client") key_fault(at, kNoClient);
      const std::string user = person["unix_user"];
      const auto [other, fresh] = names.emplace(user, name);
      // One person under two names would count twice in a quorum.
      if (!fresh) fault(at + "/unix_user", "is \"" + other->second + "\" already");
      config.people[name] = user;
    }
  }

  StoreConfig read_store(const std::string& store) {
    if (store == "sqlite") return {};
    const bool postgres = store.starts_with("postgres://") || store.starts_with("postgresql://");
    const std::string rest = postgres ? store.substr(store.find("//") + 2) : "";
    const auto user = rest.substr(0, rest.find('@') == std::string::npos ? 0 : rest.find('@'));
    if (!postgres || !is_uri(store))
      fault("/store", "must be sqlite or postgres://USER@HOST/DATABASE");
    else if (user.find(':') != std::string::npos || store.find("password") != std::string::npos)
      fault("/store", "holds a password; leave it out and use a password file or peer login");
    return {store};
  }

  const Document& document_;
  std::vector<Detail>& faults_;
};

}  // namespace

Config read_config(const Document& document, std::vector<Detail>& faults) {
  return Reader(document, faults).read();
}

TenantConfig read_tenant(const Document& document, const Config& config,
                         std::vector<Detail>& faults) {
  const Json& root = document.value;
  TenantConfig tenant{.tenant = root["tenant"], .name = string_member(root, "name"), .vps = {}};
  const Json vps = root.value("vps", Json::array());
  for (std::size_t i = 0; i < vps.size(); ++i) {
    const std::string text = vps[i];
    const auto host = config.ssh.hosts.find(text);
    if (host != config.ssh.hosts.end())
      tenant.vps.push_back(host->second.vps.value);
    else if (VpsId::parse(text))
      tenant.vps.push_back(text);
    else
      faults.push_back({document.at("/vps/" + std::to_string(i)),
                        "is neither a provider id nor a name in ssh.hosts"});
  }
  tenant.domains = root.value("domains", std::vector<std::string>{});
  return tenant;
}

}  // namespace tier0::config
