#include "server/cli/simulation.h"

#include <utility>

#include "server/sandbox/hosts.h"
#include "server/sandbox/sandbox.h"

namespace tier0::cli {

struct Simulation::Running {
  std::unique_ptr<sandbox::Sandbox> provider;
  std::unique_ptr<sandbox::Hosts> hosts;  // after the provider: they look at its world to their end
  config::Named<config::HostConfig> known;
};

Simulation::Simulation(SandboxOptions options, StatePaths paths)
    : options_(std::move(options)), paths_(std::move(paths)), keys_(paths_.directory, clock_) {}

Simulation::~Simulation() = default;

Result<Unit> Simulation::start(const Cancel& cancel) {
  T0_CHECK(started(cancel));
  return Unit{};
}

Result<const Simulation::Running*> Simulation::started(const Cancel& cancel) {
  T0_TRY(const Running* running, started_or_mine(cancel));
  if (running != nullptr) return running;
  try {
    auto made = make(cancel);
    if (made) return settle(*std::move(made));
    settle(nullptr);
    return made.error();
  } catch (...) {
    settle(nullptr);  // the next caller tries again
    throw;
  }
}

Result<const Simulation::Running*> Simulation::started_or_mine(const Cancel& cancel) {
  T0_CHECK(cancel.check(clock_));
  const MutexLock lock(mutex_);
  const auto nobody_starts = [this]() REQUIRES(mutex_) { return !is_starting_; };
  // A deadline that is never would overflow inside the wait.
  if (cancel.deadline == TimePoint::max())
    changed_.wait(mutex_, cancel.stop, nobody_starts);
  else
    changed_.wait_until(mutex_, cancel.stop, cancel.deadline, nobody_starts);
  if (is_starting_)
    return Error{.code = cancel.stop.stop_requested() ? Code::Cancelled : Code::Timeout,
                 .message = "the sandbox did not start in time"};
  if (!running_) is_starting_ = true;
  return static_cast<const Running*>(running_.get());
}

const Simulation::Running* Simulation::settle(std::unique_ptr<const Running> made) {
  const Running* running = nullptr;
  {
    const MutexLock lock(mutex_);
    running_ = std::move(made);
    running = running_.get();
    is_starting_ = false;
  }
  changed_.notify_all();
  return running;
}

Result<std::unique_ptr<const Simulation::Running>> Simulation::make(const Cancel& cancel) {
  T0_TRY(const std::string key, deploy_public_key(cancel));
  sandbox::Options wanted{.state_file = (paths_.directory / "sandbox-world.json").string(),
                          .fixture = options_.fixture,
                          .time_scale = options_.time_scale,
                          .deploy_public_key = [this, key]() {
                            const auto now = deploy_public_key({});
                            return now ? *now : key;
                          }};
  if (options_.seed) wanted.seed = *options_.seed;
  if (!options_.control.empty()) wanted.control = options_.control;
  auto running = std::make_unique<Running>();
  T0_TRY(running->provider, sandbox::Sandbox::start(wanted));
  T0_TRY(running->hosts, sandbox::Hosts::start(running->provider->hosts()));
  for (const sandbox::HostState& machine : running->provider->hosts().hosts())
    if (const auto endpoint = running->hosts->endpoint(machine.vps))
      running->known.emplace(machine.hostname, config::HostConfig{.vps = VpsId{machine.vps},
                                                                  .address = endpoint->address,
                                                                  .port = endpoint->port,
                                                                  .host_key = endpoint->host_key});
  return std::unique_ptr<const Running>(std::move(running));
}

Result<BaseUrl> Simulation::url(const Cancel& cancel) {
  T0_TRY(const Running* running, started(cancel));
  return BaseUrl::parse(running->provider->api_url());
}

Result<Secret> Simulation::token(const Cancel& cancel) {
  T0_TRY(const Running* running, started(cancel));
  return running->provider->token();
}

Result<config::Named<config::HostConfig>> Simulation::hosts(const Cancel& cancel) {
  T0_TRY(const Running* running, started(cancel));
  return running->known;
}

std::optional<SshHost> Simulation::find(const HostName& name) const {
  const Running* running = nullptr;
  {
    const MutexLock lock(mutex_);
    running = running_.get();
  }
  if (running == nullptr) return std::nullopt;
  const auto known = running->known.find(name.value);
  if (known == running->known.end()) return std::nullopt;
  const auto endpoint = running->hosts->endpoint(known->second.vps.value);
  if (!endpoint) return std::nullopt;
  SshHost host{.address = endpoint->address,
               .port = static_cast<std::uint16_t>(endpoint->port),
               .vps = known->second.vps.value};
  if (auto key = HostKeyFingerprint::parse(known->second.host_key)) host.host_key = *std::move(key);
  return host;
}

Result<std::string> Simulation::deploy_public_key(const Cancel& cancel) {
  T0_TRY(const KeyInventory inventory, keys().inventory("deploy", cancel));
  return inventory.current ? inventory.current->line : std::string();
}

}  // namespace tier0::cli
