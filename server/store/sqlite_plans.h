#pragma once

#include "server/store/plan_store.h"
#include "server/store/sqlite_connections.h"

namespace tier0 {

/// PlanStore over the connections of a SqliteStore, which owns it.
class SqlitePlans final : public PlanStore {
 public:
  explicit SqlitePlans(sqlite::Connections& connections) : connections_(connections) {}

  Result<Unit> add_plan(const PlanRow& plan) override;
  Result<std::optional<PlanRow>> plan(const std::string& id) override;
  Result<std::optional<PlanRow>> open_plan(const std::string& principal, const std::string& tool,
                                           const std::string& arguments_digest,
                                           WallTime now) override;
  Result<ApprovalRow> ask(const ApprovalRow& approval) override;
  Result<std::optional<ApprovalRow>> approval(const std::string& plan) override;
  Result<std::vector<ApprovalRow>> approvals(std::size_t limit, WallTime now) override;
  Result<ApprovalRow> vote(const std::string& plan, const Vote& vote) override;
  Result<bool> spend_nonce(const std::string& nonce, WallTime expires, WallTime now) override;

 private:
  sqlite::Connections& connections_;
};

}  // namespace tier0
