#include "server/cli/simulation.h"

#include "server/ssh/key_pair.h"

namespace tier0::cli {

Result<std::unique_ptr<Simulation>> Simulation::start(const SandboxOptions& options,
                                                      const StatePaths& paths) {
  std::unique_ptr<Simulation> simulation(new Simulation());
  simulation->time_scale_ = options.time_scale;
  T0_TRY(KeyPair key, load_or_make_key_pair(paths.directory / "sandbox-deploy-key",
                                            "smarteros:deploy:sandbox:1"));
  simulation->deploy_key_ = std::move(key.private_key);
  sandbox::Options wanted{.state_file = (paths.directory / "sandbox-world.json").string(),
                          .fixture = options.fixture,
                          .time_scale = options.time_scale,
                          .deploy_public_key = key.public_key};
  if (options.seed) wanted.seed = *options.seed;
  if (!options.control.empty()) wanted.control = options.control;
  T0_TRY(simulation->provider_, sandbox::Sandbox::start(wanted));
  T0_TRY(simulation->hosts_, sandbox::Hosts::start(simulation->provider_->hosts()));
  return simulation;
}

Simulation::~Simulation() {
  hosts_.reset();  // looks at the provider's world until then
}

config::Named<config::HostConfig> Simulation::hosts() {
  config::Named<config::HostConfig> named;
  for (const sandbox::HostState& machine : provider_->hosts().hosts())
    if (const auto endpoint = hosts_->endpoint(machine.vps))
      named.emplace(machine.hostname, config::HostConfig{.vps = VpsId{machine.vps},
                                                         .address = endpoint->address,
                                                         .port = endpoint->port,
                                                         .host_key = endpoint->host_key});
  return named;
}

std::optional<SshHost> Simulation::where(const SshHost& known) {
  const auto endpoint = hosts_->endpoint(known.vps);
  if (!endpoint) return std::nullopt;
  SshHost host = known;
  host.address = endpoint->address;
  host.port = static_cast<std::uint16_t>(endpoint->port);
  return host;
}

}  // namespace tier0::cli
