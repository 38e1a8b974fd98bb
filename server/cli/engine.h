#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/audit/store_audit_log.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/base/worker_pool.h"
#include "server/broker/broker.h"
#include "server/broker/operation_replies.h"
#include "server/cli/agent_tokens.h"
#include "server/cli/approval_desk.h"
#include "server/cli/setup.h"
#include "server/cli/stored_nonces.h"
#include "server/cli/world.h"
#include "server/mcp/endpoint.h"
#include "server/service/product.h"
#include "server/store/sqlite_store.h"

namespace tier0::cli {

/// Everything between a configuration and the protocol, for the process that owns the state
/// directory. Thread-safe once it is made.
class Engine {
 public:
  static Result<std::unique_ptr<Engine>> start(const Options& options, Setup setup,
                                               std::unique_ptr<StateDirectory> state,
                                               const SandboxOptions& sandbox);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const Clock& clock() const { return clock_; }
  const config::Config& config() const { return setup_.loaded.config; }
  const std::string& config_file() const { return setup_.loaded.file; }
  const Registry& registry() const { return *setup_.registry; }
  const StatePaths& paths() const { return state_->paths(); }
  Store& store() { return store_; }
  AuditLog& audit() { return audit_; }
  Broker& broker() { return *broker_; }
  Operations& operations() { return *operations_; }
  const OperationReplies& replies() const { return *replies_; }
  ApprovalDesk& approvals() { return approvals_; }
  mcp::Endpoint& endpoint() { return *endpoint_; }
  /// Makes or reads the sandbox's tokens of agents, before the way in opens that takes them.
  Result<Unit> open_tokens();
  const AgentTokens& tokens() const { return *tokens_; }
  std::shared_ptr<const Policy> policy() const { return policy_->snapshot(); }

  /// The exposure of these toolsets (none: the configuration's), one object for equal wishes.
  Result<std::shared_ptr<const Exposure>> exposure(std::vector<std::string> toolsets,
                                                   Access access);

  /// Reads the configuration anew. On an error the old policy stays.
  Result<Unit> reload();

  /// Takes over the operations that an earlier process left; returns at once. For a process that
  /// stays.
  void resume_operations() { operations_->resume_all(); }

  /// Ends streams and calls; nothing new is taken. Unfinished operations stay on disk.
  void shutdown();

 private:
  Engine(Options options, Setup setup, std::unique_ptr<StateDirectory> state);

  const Options options_;
  const SystemClock clock_;
  std::unique_ptr<StateDirectory> state_;
  Setup setup_;
  SqliteStore store_;
  StoreAuditLog audit_;
  ApprovalDesk approvals_;
  StoredNonces nonces_;
  std::unique_ptr<Simulation> simulation_;
  std::unique_ptr<World> world_;
  std::unique_ptr<Fleet> fleet_;
  std::unique_ptr<PolicyBox> policy_;
  std::unique_ptr<AgentTokens> tokens_ = std::make_unique<AgentTokens>();
  std::unique_ptr<Workbench> workbench_;
  std::unique_ptr<Operations> operations_;
  std::unique_ptr<OperationReplies> replies_;
  std::unique_ptr<Broker> broker_;
  std::unique_ptr<Product> product_;
  // The endpoint goes after the pool: a running job may still answer through it.
  std::unique_ptr<mcp::Endpoint> endpoint_;
  std::unique_ptr<WorkerPool> pool_;

  Mutex mutex_;
  std::map<std::pair<std::vector<std::string>, Access>, std::shared_ptr<const Exposure>> exposures_
      GUARDED_BY(mutex_);
};

}  // namespace tier0::cli
