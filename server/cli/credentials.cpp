#include "server/cli/credentials.h"

#include "server/cli/key_tools.h"
#include "version.gen.h"

namespace tier0::cli {
namespace {

Result<VaultOptions> vault_options(const config::VaultConfig& config) {
  T0_TRY(BaseUrl address, BaseUrl::parse(config.address));
  VaultOptions options{.address = std::move(address),
                       .vault_namespace = config.vault_namespace,
                       .auth = {},
                       .ca_file = config.ca_file,
                       .user_agent = "tier0/" + std::string(kVersion)};
  if (const auto* role = std::get_if<config::AppRole>(&config.auth))
    options.auth = VaultAppRole{.role_id = role->role_id, .secret_id = role->secret_id};
  else
    options.auth = VaultToken{.token = std::get<SecretRef>(config.auth)};
  return options;
}

}  // namespace

Result<std::unique_ptr<Credentials>> Credentials::make(const config::Config& config,
                                                       Simulation* simulation, const Clock& clock) {
  std::unique_ptr<Credentials> made(new Credentials(config.ssh.private_key, simulation));
  KeyLayout layout{.deploy = config.ssh.private_key};
  if (config.vault) {
    T0_TRY(const VaultOptions options, vault_options(*config.vault));
    made->client_ = std::make_unique<VaultClient>(options, made->first_, clock);
    made->vault_ = std::make_unique<VaultKv>(*made->client_, clock);
    made->secrets_ = SecretSources(made->vault_.get());
    layout.tenants = config.vault->tenants;
    layout.documents = made->vault_.get();
  }
  made->keys_ = std::make_unique<StoredKeys>(
      [layout](const std::string& scope) { return place_of(layout, scope); }, key_tools(), clock);
  return made;
}

Result<Secret> Credentials::private_key(KeyUse use, const Cancel& cancel) {
  if (simulation_ != nullptr) return simulation_->keys().private_key("deploy", use, cancel);
  if (use == KeyUse::Current) return secrets_.get(deploy_key_, cancel);
  return keys_->private_key("deploy", use, cancel);
}

}  // namespace tier0::cli
