#pragma once

#include <memory>
#include <optional>
#include <string>

#include "server/base/cancel.h"
#include "server/base/mutex.h"
#include "server/base/secret.h"
#include "server/cli/commands.h"
#include "server/cli/sandbox_keys.h"
#include "server/config/config.h"
#include "server/net/url.h"
#include "server/ssh/libssh_runner.h"
#include "server/state/paths.h"

namespace tier0::cli {

/// The simulated provider with its hosts, in this process, as a configuration would name them.
/// Nothing of it runs before the first question that needs it: one caller starts it, the others
/// wait, and a start that failed is tried again at the next question. Thread-safe.
class Simulation {
 public:
  /// The world and the key that logs in to the hosts lie in the state directory.
  Simulation(SandboxOptions options, StatePaths paths);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// Starts it unless it runs. The errors of sandbox::Sandbox::start, which the questions below
  /// share.
  Result<Unit> start(const Cancel& cancel);

  Result<BaseUrl> url(const Cancel& cancel);
  Result<Secret> token(const Cancel& cancel);
  /// The machines there were at the start, by the name that ssh.hosts would have: their hostname.
  Result<config::Named<config::HostConfig>> hosts(const Cancel& cancel);
  /// The host where it listens now: a machine may come back on another port. Its key stays the one
  /// that was known at the start, so that a changed one is noticed. Empty before the start.
  std::optional<SshHost> find(const HostName& name) const;

  /// The keys that log in to the hosts; starts nothing.
  StoredKeys& keys() { return keys_.store(); }
  static std::string deploy_user() { return "smarteros"; }
  double time_scale() const { return options_.time_scale; }

 private:
  struct Running;
  Result<const Running*> started(const Cancel& cancel);
  /// What runs, or null and the duty to make it, which ends with settle().
  Result<const Running*> started_or_mine(const Cancel& cancel);
  Result<std::unique_ptr<const Running>> make(const Cancel& cancel);
  const Running* settle(std::unique_ptr<const Running> made);
  Result<std::string> deploy_public_key(const Cancel& cancel);

  const SandboxOptions options_;
  const StatePaths paths_;
  const SystemClock clock_;
  SandboxKeys keys_;
  mutable Mutex mutex_;
  ConditionVariable changed_;
  bool is_starting_ GUARDED_BY(mutex_) = false;
  std::unique_ptr<const Running> running_ GUARDED_BY(mutex_);
};

}  // namespace tier0::cli
