#include "server/cli/engine.h"

#include <thread>

#include "server/base/log.h"
#include "server/config/load.h"

namespace tier0::cli {
namespace {

constexpr std::size_t kWorkers = 8;
constexpr std::size_t kQueue = 64;

Result<FleetNames> names_of(const World& world, const std::vector<config::TenantConfig>& tenants,
                            const Cancel& cancel) {
  FleetNames names;
  T0_TRY(const auto hosts, world.hosts(cancel));
  for (const auto& [name, host] : hosts) names.hosts.emplace(name, host.vps.value);
  for (const config::TenantConfig& tenant : tenants)
    names.tenants.emplace(tenant.tenant, tenant.vps);
  return names;
}

/// A world that is to start anew does so at once: what it cannot use is wrong usage. So does one
/// that others may ask for.
bool starts_now(const SandboxOptions& sandbox) {
  return sandbox.seed || !sandbox.fixture.empty() || !sandbox.control.empty();
}

}  // namespace

Engine::Engine(Options options, Setup setup, std::unique_ptr<StateDirectory> state)
    : options_(std::move(options)),
      state_(std::move(state)),
      setup_(std::move(setup)),
      store_(state_->paths().store()),
      audit_(store_, state_->paths().audit_head(), clock_),
      approvals_(store_.plans(), audit_, clock_),
      nonces_(store_.plans(), clock_) {}

Result<std::unique_ptr<Engine>> Engine::start(const Options& options, Setup setup,
                                              std::unique_ptr<StateDirectory> state,
                                              const SandboxOptions& sandbox) {
  std::unique_ptr<Engine> engine(new Engine(options, std::move(setup), std::move(state)));
  Engine& e = *engine;
  if (options.sandbox) {
    e.simulation_ = std::make_unique<Simulation>(sandbox, e.paths());
    if (starts_now(sandbox)) T0_CHECK(e.simulation_->start({}));
  }
  T0_TRY(e.world_, World::make(e.config(), e.simulation_.get(), e.store_, e.clock_));
  e.fleet_ = std::make_unique<Fleet>(e.world_->accounts(), e.clock_, [&e](const Cancel& cancel) {
    return names_of(*e.world_, e.setup_.loaded.tenants, cancel);
  });
  T0_TRY(auto policy, config::make_policy(e.setup_.loaded, e.registry()));
  e.policy_ = std::make_unique<PolicyBox>(std::move(policy));
  e.workbench_ = std::make_unique<Workbench>(e.registry(),
                                             Backends{.fleet = *e.fleet_,
                                                      .ssh = e.world_->ssh(),
                                                      .keys = e.world_->keys(),
                                                      .owner = e.world_->owner(),
                                                      .pace = e.world_->pace()},
                                             e.clock_);
  e.operations_ = std::make_unique<Operations>(e.registry(), e.store_.operations(), e.audit_,
                                               *e.workbench_, e.clock_);
  e.replies_ = std::make_unique<OperationReplies>(*e.operations_, e.registry());
  e.broker_ =
      std::make_unique<Broker>(e.registry(), *e.policy_, e.audit_,
                               BrokerWorld{*e.workbench_, *e.operations_, e.store_}, e.clock_);
  e.product_ = std::make_unique<Product>(*e.broker_, *e.replies_, e.clock_);
  e.pool_ = std::make_unique<WorkerPool>(kWorkers, kQueue);
  e.endpoint_ = std::make_unique<mcp::Endpoint>(*e.product_, *e.pool_, e.clock_,
                                                mcp::Options{.spent = &e.nonces_});
  return engine;
}

Result<Unit> Engine::open_tokens() {
  if (!options_.sandbox) return Unit{};
  T0_TRY(tokens_, AgentTokens::open(paths().directory, policy()->directory().agents()));
  return Unit{};
}

Engine::~Engine() {
  shutdown();
}

void Engine::shutdown() {
  if (endpoint_) endpoint_->shutdown();
  pool_.reset();
  // Who still waits for an operation is told; what it started is on disk.
  if (operations_) operations_->shutdown();
}

Result<std::shared_ptr<const Exposure>> Engine::exposure(std::vector<std::string> toolsets,
                                                         Access access) {
  if (toolsets.empty()) toolsets = config().toolsets;
  T0_TRY(Exposure parsed, Exposure::parse(toolsets, access));
  MutexLock lock(mutex_);
  auto& known = exposures_[{std::move(toolsets), access}];
  if (!known) known = std::make_shared<const Exposure>(std::move(parsed));
  return known;
}

Result<Unit> Engine::reload() {
  T0_TRY(Setup fresh, prepare(options_));
  T0_TRY(auto policy,
         config::make_policy(fresh.loaded, registry(), policy_->snapshot()->generation() + 1));
  policy_->replace(std::move(policy));
  T0_CHECK(state_->record_config(fresh.loaded.digest));
  endpoint_->tools_changed();
  log::info("the policy was reloaded");
  return Unit{};
}

}  // namespace tier0::cli
