#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/base/result.h"

namespace tier0 {

/// A plan as it was shown to an agent. Nothing of it changes but `operation`, which is set once.
struct PlanRow {
  std::string id;                // 128 random bits
  std::string tenant;            // empty: the operator's own
  std::string principal;         // who may apply it
  std::string tool;              //
  std::string arguments;         // canonical JSON: resolved, without plan_id, wait, idempotency_key
  std::string arguments_digest;  // sha256, hex
  std::string shown;             // canonical JSON of what was said about it
  std::string observed;          // canonical JSON of the state that matters
  std::string state_digest;      // sha256 of `observed`, hex
  WallTime created = {};
  WallTime expires = {};
  std::string operation = {};  // that applied it
};

/// One person's answer about one plan.
struct Vote {
  std::string person;  // a name of `people`, owner, or client:AGENT for the user of a client
  bool yes = false;
  std::string via;  // queue | client
  WallTime at = {};
};

/// A plan that waits for people, or did.
struct ApprovalRow {
  enum class Status { Pending, Approved, Denied };

  std::string plan;
  std::string principal;
  std::string tool;
  std::string text;                    // what people are asked, from the server's own facts
  std::vector<std::string> approvers;  // who counts, as the policy said when it was asked
  int quorum = 1;
  WallTime asked = {};
  WallTime expires = {};  // no vote counts from then on
  Status status = Status::Pending;
  std::vector<Vote> votes = {};
};

/// Plans and what people said about them. Thread-safe; everything that answers ok is on disk.
class PlanStore {
 public:
  virtual ~PlanStore() = default;

  virtual Result<Unit> add_plan(const PlanRow& plan) = 0;
  virtual Result<std::optional<PlanRow>> plan(const std::string& id) = 0;
  /// The newest unapplied, unexpired plan of this principal for these arguments of the tool.
  virtual Result<std::optional<PlanRow>> open_plan(const std::string& principal,
                                                   const std::string& tool,
                                                   const std::string& arguments_digest,
                                                   WallTime now) = 0;

  /// Puts a plan before people; the row that is there already stays as it is and is returned.
  virtual Result<ApprovalRow> ask(const ApprovalRow& approval) = 0;
  virtual Result<std::optional<ApprovalRow>> approval(const std::string& plan) = 0;
  /// Pending and unexpired ones first, then the others; the newest first.
  virtual Result<std::vector<ApprovalRow>> approvals(std::size_t limit, WallTime now) = 0;
  /// One no denies; `quorum` yeses of different approvers approve. The approver `client` stands for
  /// every client:AGENT. Kinds not_found, forbidden (not one of the approvers), conflict (decided,
  /// or this person voted already), approval_expired.
  virtual Result<ApprovalRow> vote(const std::string& plan, const Vote& vote) = 0;

  /// A sealed state is used once: false where it was used before. Old ones are forgotten.
  virtual Result<bool> spend_nonce(const std::string& nonce, WallTime expires, WallTime now) = 0;
};

}  // namespace tier0
