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

void World::add_account(const std::string& name, std::function<Result<BaseUrl>(const Cancel&)> url,
                        std::function<Result<Secret>(const Cancel&)> token, const Clock& clock) {
  HostingerOptions options{.url = std::move(url), .token = std::move(token), .user_agent = {}};
  options.user_agent = "tier0/" + std::string(kVersion);
  clients_.push_back(make_hostinger_client(std::move(options), clock));
  accounts_.push_back({name, clients_.back().get()});
}

Result<Unit> World::open_given_account(const std::string& url, const Clock& clock) {
  T0_TRY(const BaseUrl base, BaseUrl::parse(url));
  if (simulation_ != nullptr && !base.is_loopback())
    return Error{
        .code = Code::NotConfigured,
        .message = "TIER0_HOSTINGER_URL must be on loopback with --sandbox",
        .hint = "Point it at a simulated provider on this machine, or leave --sandbox out."};
  const SecretRef token{.kind = SecretRef::Kind::Env, .name = "TIER0_HOSTINGER_TOKEN"};
  add_account(
      "main", [base](const Cancel&) -> Result<BaseUrl> { return base; },
      [this, token](const Cancel& cancel) { return secrets().get(token, cancel); }, clock);
  return Unit{};
}

Result<Unit> World::open_accounts(const config::Config& config, const Clock& clock) {
  if (simulation_ != nullptr) {
    add_account(
        "main", [this](const Cancel& cancel) { return simulation_->url(cancel); },
        [this](const Cancel& cancel) { return simulation_->token(cancel); }, clock);
    return Unit{};
  }
  for (const auto& [name, account] : config.accounts) {
    T0_TRY(const BaseUrl base, BaseUrl::parse(account.url));
    const SecretRef token = account.token;
    add_account(
        name, [base](const Cancel&) -> Result<BaseUrl> { return base; },
        [this, token](const Cancel& cancel) { return secrets().get(token, cancel); }, clock);
  }
  if (accounts_.empty()) return no_account();
  return Unit{};
}

void World::open_ssh(const config::Config& config) {
  SshOptions options;
  options.user = simulation_ != nullptr ? Simulation::deploy_user() : config.ssh.user;
  options.pins = &pins_;
  options.private_key = [this](KeyUse use, const Cancel& cancel) {
    return credentials_->private_key(use, cancel);
  };
  options.find_host = [this](const HostName& name) { return find_host(name); };
  ssh_ = make_ssh_runner(std::move(options));
}

std::optional<SshHost> World::find_host(const HostName& name) const {
  if (!hosts_) return simulation_->find(name);
  const auto found = hosts_->find(name.value);
  if (found == hosts_->end()) return std::nullopt;
  const config::HostConfig& host = found->second;
  SshHost entry{.address = host.address,
                .port = static_cast<std::uint16_t>(host.port),
                .vps = host.vps.value};
  if (auto key = HostKeyFingerprint::parse(host.host_key)) entry.host_key = *std::move(key);
  return entry;
}

Result<config::Named<config::HostConfig>> World::hosts(const Cancel& cancel) const {
  if (hosts_) return *hosts_;
  return simulation_->hosts(cancel);
}

Result<std::unique_ptr<World>> World::make(const config::Config& config, Simulation* simulation,
                                           Store& store, const Clock& clock) {
  std::unique_ptr<World> world(new World(store));
  world->simulation_ = simulation;
  T0_TRY(world->credentials_, Credentials::make(config, simulation, clock));
  if (simulation != nullptr) world->pace_ = simulation->time_scale();
  const auto provider = process_environment("TIER0_HOSTINGER_URL");
  T0_TRY(world->hosts_, hosts_of_environment());
  // The simulated hosts are the simulated provider's: to another one they would be strangers.
  if (!world->hosts_ && (simulation == nullptr || provider)) world->hosts_ = config.ssh.hosts;
  T0_CHECK(provider ? world->open_given_account(*provider, clock)
                    : world->open_accounts(config, clock));
  world->open_ssh(config);
  world->owner_ = owner_rules(config);
  return world;
}

}  // namespace tier0::cli
