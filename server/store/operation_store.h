#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/base/clock.h"
#include "server/base/result.h"

namespace tier0 {

enum class OperationStatus {
  Running,    // steps remain
  Done,       // all steps done
  Failed,     // ended; what was done is undone, or nothing was done
  Partial,    // ended in the middle: some effects stay
  Unknown,    // an effect may have happened; a person or `resume` has to look
  Abandoned,  // a person gave it up
};
std::string_view to_string(OperationStatus status);
Result<OperationStatus> parse_operation_status(std::string_view text);

/// One running or finished mutating call. `state` and `output` are JSON that the steps extend.
struct OperationRow {
  std::string id;         // 128 random bits
  std::string tenant;     // empty: the operator's own
  std::string principal;  // agent:executor-codex
  std::string agent;      // empty: a person or an automation
  std::string transport;
  std::string call;  // the audit's id of the call that started it
  std::string tool;
  int runbook = 1;  // the version its steps are of
  std::string arguments;
  std::string arguments_digest;
  std::string plan;             // empty: none was stored
  std::string idempotency_key;  // empty: none
  std::string scope = {};       // JSON: what the grants allowed, for a resume without the call

  OperationStatus status = OperationStatus::Running;
  int step = 0;             // the next, or the open one
  bool is_undoing = false;  // `step` counts down then
  bool is_open = false;     // the intent of `step` is written and its outcome is not
  std::string state = {};
  std::string output = {};
  std::string error = {};  // JSON {kind, message, hint}; empty: none
  WallTime created = {};
  WallTime updated = {};
  WallTime wake = {};  // the step is not run again before

  std::string owner = {};     // the process that runs it
  WallTime lease_until = {};  // nobody else touches it before
  std::int64_t fence = 0;     // grows with each claim; a write with an older one is refused
};

/// One line of an operation's journal.
struct JournalRow {
  std::int64_t seq = 0;  // from 1, without gaps; given by the store
  WallTime time = {};
  std::string step = {};    // its name
  std::string event = {};   // intent done again failed unknown undo undone resumed abandoned
  std::string detail = {};  // JSON
};

/// What one operation takes for itself, all or nothing, until it ends: vps:17923, keys:deploy,
/// firewall:55. An operation of status unknown keeps what it has.
using LeaseNames = std::vector<std::string>;

/// Another operation has what a new one wants.
struct Held {
  std::string name;  // of the lease
  std::string operation;
};
/// The plan was applied, or the idempotency key used, by this operation.
struct Taken {
  std::string operation;
  bool by_key = false;
};
using Began = std::variant<Unit, Held, Taken>;

/// Operations and their journal. Thread-safe; everything that answers ok is on disk.
class OperationStore {
 public:
  virtual ~OperationStore() = default;

  /// In one transaction: the plan (if any) is marked as applied, the idempotency key (if any; per
  /// principal) is used, the leases are taken, the row is written.
  virtual Result<Began> begin(const OperationRow& operation, const LeaseNames& leases) = 0;

  /// Writes the row and one line of its journal in one transaction; a final status gives the leases
  /// back. Kind conflict where the fence is not the stored one, or the operation has ended.
  virtual Result<Unit> save(const OperationRow& operation, const JournalRow& line) = 0;

  /// Takes over a running or unknown operation whose lease has expired or is `owner`'s own: a new
  /// fence. Empty where it is somebody else's, or ended.
  virtual Result<std::optional<OperationRow>> claim(const std::string& id, const std::string& owner,
                                                    WallTime now, WallTime until) = 0;
  /// All of an owner's running operations.
  virtual Result<Unit> renew(const std::string& owner, WallTime until) = 0;

  virtual Result<std::optional<OperationRow>> operation(const std::string& id) = 0;
  virtual Result<std::optional<OperationRow>> by_key(const std::string& principal,
                                                     const std::string& idempotency_key) = 0;
  /// Running ones, whoever has them.
  virtual Result<std::vector<OperationRow>> running() = 0;
  /// Newest first; an empty principal means everybody's.
  virtual Result<std::vector<OperationRow>> operations(const std::string& principal,
                                                       std::size_t limit) = 0;
  virtual Result<std::vector<JournalRow>> journal(const std::string& id) = 0;
};

}  // namespace tier0
