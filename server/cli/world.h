#pragma once

#include <memory>
#include <vector>

#include "server/backend/hosting_api.h"
#include "server/backend/ssh_runner.h"
#include "server/base/clock.h"
#include "server/cli/credentials.h"
#include "server/cli/simulation.h"
#include "server/config/config.h"
#include "server/ssh/libssh_runner.h"
#include "server/store/store.h"
#include "server/tool/context.h"

namespace tier0::cli {

/// Everything outside that a configuration names: accounts, hosts and their secrets. Nothing is
/// connected or read before the first use.
class World {
 public:
  /// `simulation` may be null; store, clock and simulation outlive the world. Where the environment
  /// names another provider or hosts (TIER0_HOSTINGER_URL with TIER0_HOSTINGER_TOKEN,
  /// TIER0_SSH_HOSTS) they are used instead; a configured token never goes to such a URL.
  static Result<std::unique_ptr<World>> make(const config::Config& config, Simulation* simulation,
                                             Store& store, const Clock& clock);

  const std::vector<Account>& accounts() const { return accounts_; }
  /// Every host there is by its name, wherever it comes from.
  Result<config::Named<config::HostConfig>> hosts(const Cancel& cancel) const;
  SshRunner& ssh() { return *ssh_; }
  KeyStore& keys() { return credentials_->keys(); }
  const OwnerRules& owner() const { return owner_; }
  const SecretStore& secrets() const { return credentials_->secrets(); }
  /// Null where none is configured.
  VaultClient* vault() { return credentials_->vault(); }
  /// What waits between polls are divided by.
  double pace() const { return pace_; }

 private:
  /// Keys that a person pinned with `tier0 hosts pin`.
  class StoredPins final : public HostKeyPins {
   public:
    explicit StoredPins(Store& store) : store_(store) {}
    Result<std::optional<HostKeyFingerprint>> find(const HostName& host,
                                                   const Cancel& cancel) const override;

   private:
    Store& store_;
  };

  explicit World(Store& store) : pins_(store) {}
  void add_account(const std::string& name, std::function<Result<BaseUrl>(const Cancel&)> url,
                   std::function<Result<Secret>(const Cancel&)> token, const Clock& clock);
  Result<Unit> open_given_account(const std::string& url, const Clock& clock);
  Result<Unit> open_accounts(const config::Config& config, const Clock& clock);
  void open_ssh(const config::Config& config);
  std::optional<SshHost> find_host(const HostName& name) const;

  std::unique_ptr<Credentials> credentials_;
  StoredPins pins_;
  std::vector<std::unique_ptr<HostingApi>> clients_;
  std::vector<Account> accounts_;
  std::unique_ptr<SshRunner> ssh_;
  OwnerRules owner_;
  Simulation* simulation_ = nullptr;
  /// Empty: the simulated ones.
  std::optional<config::Named<config::HostConfig>> hosts_;
  double pace_ = 1;
};

/// The hosts that TIER0_SSH_HOSTS names, in the form of `ssh.hosts`, as JSON; empty where it is not
/// set.
Result<std::optional<config::Named<config::HostConfig>>> hosts_of_environment();

}  // namespace tier0::cli
