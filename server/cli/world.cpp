#include "server/cli/world.h"

#include <fstream>
#include <sstream>

#include "server/hosting/hostinger_client.h"
#include "server/net/url.h"
#include "server/state/paths.h"
#include "version.gen.h"

namespace tier0::cli {
namespace {

Error no_account() {
  return {.code = Code::NotConfigured,
          .message = "the configuration names no account",
          .hint = "Add one under accounts, or use --sandbox."};
}

OwnerRules owner_rules(const config::Config& config) {
  OwnerRules rules{.operator_cidrs = config.operators.cidrs, .egress = config.operators.egress};
  for (const auto& [name, profile] : config.firewall_profiles)
    for (const config::FirewallRuleConfig& rule : profile)
      rules.firewall_profiles[name].push_back(
          {.protocol = rule.protocol, .port = rule.port, .from = rule.from});
  return rules;
}

Result<config::HostConfig> parse_host(const std::string& name, const Json& json) {
  T0_CHECK(HostName::parse(name));
  T0_TRY(const VpsId vps, VpsId::parse(string_member(json, "vps")));
  config::HostConfig host{.vps = vps,
                          .address = string_member(json, "address"),
                          .host_key = string_member(json, "host_key")};
  if (const Json* port = find_member(json, "port"); port != nullptr && port->is_number_integer())
    host.port = port->get<int>();
  if (host.address.empty() || host.port < 1 || host.port > 65535)
    return Error{.code = Code::Validation,
                 .message = "host " + name + " wants vps, address, port and host_key",
                 .hint = "See ssh.hosts in the configuration."};
  return host;
}

}  // namespace

Result<std::optional<HostKeyFingerprint>> World::StoredPins::find(const HostName& host,
                                                                  const Cancel&) const {
  T0_TRY(const std::optional<HostKeyPin> pin, store_.pinned_host_key(host));
  if (!pin) return std::optional<HostKeyFingerprint>();
  T0_TRY(HostKeyFingerprint key, HostKeyFingerprint::parse(pin->fingerprint));
  return std::optional(std::move(key));
}

Result<std::optional<config::Named<config::HostConfig>>> hosts_of_environment() {
  const auto file = process_environment("TIER0_SSH_HOSTS");
  if (!file) return std::optional<config::Named<config::HostConfig>>();
  std::ifstream in(*file);
  std::ostringstream text;
  text << in.rdbuf();
  const auto json = parse_json(text.str());
  if (!in || !json || !json->is_object())
    return Error{
        .code = Code::NotConfigured,
        .message = "TIER0_SSH_HOSTS: " + *file + " holds no JSON object of hosts",
        .hint =
            R"(Write {"web-1": {"vps": "1", "address": "127.0.0.1", "port": 22, "host_key": "SHA256:…"}}.)"};
  config::Named<config::HostConfig> hosts;
  for (const auto& [name, value] : json->items()) {
    T0_TRY(hosts[name], parse_host(name, value));
  }
  return std::optional(std::move(hosts));
}

Result<Unit> World::add_account(const std::string& name, const std::string& url,
                                std::function<Result<Secret>(const Cancel&)> token,
                                const Clock& clock) {
  T0_TRY(BaseUrl base, BaseUrl::parse(url));
  HostingerOptions options{.url = std::move(base), .token = std::move(token), .user_agent = {}};
  options.user_agent = "tier0/" + std::string(kVersion);
  clients_.push_back(make_hostinger_client(std::move(options), clock));
  accounts_.push_back({name, clients_.back().get()});
  return Unit{};
}

Result<Unit> World::open_accounts(const config::Config& config, Simulation* simulation,
                                  const Clock& clock) {
  if (const auto url = process_environment("TIER0_HOSTINGER_URL")) {
    T0_TRY(const BaseUrl base, BaseUrl::parse(*url));
    if (simulation != nullptr && !base.is_loopback())
      return Error{
          .code = Code::NotConfigured,
          .message = "TIER0_HOSTINGER_URL must be on loopback with --sandbox",
          .hint = "Point it at a simulated provider on this machine, or leave --sandbox out."};
    const SecretRef token{.kind = SecretRef::Kind::Env, .name = "TIER0_HOSTINGER_TOKEN"};
    return add_account(
        "main", *url, [this, token](const Cancel& cancel) { return secrets_.get(token, cancel); },
        clock);
  }
  if (simulation != nullptr) {
    sandbox::Sandbox& provider = simulation->provider();
    return add_account(
        "main", provider.api_url(),
        [&provider](const Cancel&) -> Result<Secret> { return provider.token(); }, clock);
  }
  for (const auto& [name, account] : config.accounts) {
    const SecretRef token = account.token;
    T0_CHECK(add_account(
        name, account.url,
        [this, token](const Cancel& cancel) { return secrets_.get(token, cancel); }, clock));
  }
  if (accounts_.empty()) return no_account();
  return Unit{};
}

void World::open_ssh(const config::Config& config, Simulation* simulation) {
  SshOptions options;
  options.user = config.ssh.user;
  options.pins = &pins_;
  if (simulation != nullptr) {
    options.private_key = [simulation](const Cancel&) -> Result<Secret> {
      return simulation->deploy_key();
    };
  } else {
    const SecretRef key = config.ssh.private_key;
    options.private_key = [this, key](const Cancel& cancel) { return secrets_.get(key, cancel); };
  }
  SshHosts hosts;
  for (const auto& [name, host] : config.ssh.hosts) {
    SshHost entry{.address = host.address,
                  .port = static_cast<std::uint16_t>(host.port),
                  .vps = host.vps.value};
    if (auto key = HostKeyFingerprint::parse(host.host_key)) entry.host_key = *std::move(key);
    hosts.emplace(HostName{name}, std::move(entry));
  }
  options.find_host = [hosts = std::move(hosts),
                       simulation](const HostName& name) -> std::optional<SshHost> {
    const auto found = hosts.find(name);
    if (found == hosts.end()) return std::nullopt;
    return simulation != nullptr ? simulation->where(found->second) : found->second;
  };
  ssh_ = make_ssh_runner(std::move(options));
}

Result<std::unique_ptr<World>> World::make(config::Loaded& loaded, Simulation* simulation,
                                           Store& store, const Clock& clock) {
  std::unique_ptr<World> world(new World(store));
  if (simulation != nullptr) {
    world->pace_ = simulation->time_scale();
    loaded.config.ssh.user = simulation->deploy_user();
    loaded.config.ssh.hosts = simulation->hosts();
  }
  T0_TRY(auto hosts, hosts_of_environment());
  if (hosts) loaded.config.ssh.hosts = *std::move(hosts);
  T0_CHECK(world->open_accounts(loaded.config, simulation, clock));
  world->open_ssh(loaded.config, simulation);
  world->owner_ = owner_rules(loaded.config);
  return world;
}

}  // namespace tier0::cli
