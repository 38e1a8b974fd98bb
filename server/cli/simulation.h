#pragma once

#include <memory>
#include <string>

#include "server/base/clock.h"
#include "server/base/secret.h"
#include "server/cli/commands.h"
#include "server/config/config.h"
#include "server/sandbox/sandbox.h"
#include "server/ssh/libssh_runner.h"
#include "server/state/paths.h"

namespace tier0::cli {

/// The simulated provider with its hosts, running in this process, as configuration sees it.
class Simulation {
 public:
  /// Starts both, with their world in the state directory.
  static Result<std::unique_ptr<Simulation>> start(const SandboxOptions& options,
                                                   const StatePaths& paths, const Clock& clock);
  virtual ~Simulation() = default;

  virtual sandbox::Sandbox& provider() = 0;
  virtual const Secret& deploy_key() const = 0;  // OpenSSH PEM, logs in as deploy_user
  virtual std::string deploy_user() const = 0;
  /// By the name that ssh.hosts would have.
  virtual config::Named<config::HostConfig> hosts() const = 0;
};

}  // namespace tier0::cli
