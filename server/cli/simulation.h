#pragma once

#include <memory>
#include <optional>
#include <string>

#include "server/base/clock.h"
#include "server/base/secret.h"
#include "server/cli/commands.h"
#include "server/config/config.h"
#include "server/sandbox/hosts.h"
#include "server/sandbox/sandbox.h"
#include "server/ssh/libssh_runner.h"
#include "server/state/paths.h"

namespace tier0::cli {

/// The simulated provider with its hosts, running in this process, as a configuration would name
/// them. Thread-safe.
class Simulation {
 public:
  /// Starts both. Their world and the key that logs in to the hosts lie in the state directory.
  static Result<std::unique_ptr<Simulation>> start(const SandboxOptions& options,
                                                   const StatePaths& paths);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  sandbox::Sandbox& provider() { return *provider_; }
  const Secret& deploy_key() const { return deploy_key_; }  // OpenSSH PEM
  static std::string deploy_user() { return "smarteros"; }
  double time_scale() const { return time_scale_; }

  /// The machines there are, by the name that ssh.hosts would have: their hostname.
  config::Named<config::HostConfig> hosts();
  /// The host where it listens now: a machine may come back on another port. Its key stays the one
  /// that was known at the start, so that a changed one is noticed.
  std::optional<SshHost> where(const SshHost& known);

 private:
  Simulation() = default;

  std::unique_ptr<sandbox::Sandbox> provider_;
  std::unique_ptr<sandbox::Hosts> hosts_;
  Secret deploy_key_;
  double time_scale_ = 1;
};

}  // namespace tier0::cli
