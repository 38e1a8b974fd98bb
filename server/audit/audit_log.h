#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0 {

/// Why a call was let through or not.
struct AuditDecision {
  std::string verdict;  // allow | ask | out_of_band | deny; empty: the call never came that far
  std::string grant = {};
  std::uint64_t policy_generation = 0;
};

/// A call as the audit keeps it before anything happens. `arguments` must come from
/// redact_arguments.
struct AuditEntry {
  CallId call;
  WallTime time = {};
  std::string principal;  // Principal::name()
  std::string agent = {};
  std::string tenant = {};
  std::string transport = {};
  std::string tool = {};
  std::string effect = {};  // anything but "read" is made durable before begin returns
  AuditDecision decision = {};
  Json arguments = Json::object();
  Json targets = Json::array();
  std::string plan_id = {};
  std::string operation_id = {};
};

/// How a call ended.
struct AuditOutcome {
  std::optional<Code> failure = {};     // empty: ok
  std::optional<bool> changed = false;  // empty: not known
  std::string summary = {};             // cut to 500 bytes and cleaned
  std::chrono::microseconds duration{};
  std::string evidence_digest = {};  // sha256, hex
  std::string plan_id = {};          // what the call made
  std::string operation_id = {};
};

class AuditLog;

/// A begun call that somebody has to finish. Dropping it records kind unknown: the call may have
/// had its effect. Must not outlive its log.
class AuditTicket {
 public:
  AuditTicket(AuditLog& log, AuditEntry entry);
  AuditTicket(AuditTicket&& other) noexcept;
  AuditTicket& operator=(AuditTicket&&) = delete;
  ~AuditTicket();

  /// Who and what; arguments, targets and decision are not kept.
  const AuditEntry& entry() const { return entry_; }
  /// Whoever takes the ticket records the end; the destructor then does nothing.
  AuditLog* take();

 private:
  AuditLog* log_;
  AuditEntry entry_;
};

/// Who did what when. Thread-safe.
class AuditLog {
 public:
  virtual ~AuditLog() = default;

  /// Records that a call starts. For all but reads the record is on disk when this returns; a
  /// read's follows in order within 100 ms. Kind audit_unavailable: the call must not go on. While
  /// the last write has failed, every call waits for its own record. Blocks for the disk only.
  virtual Result<AuditTicket> begin(const AuditEntry& entry) = 0;

  /// The ticket of a call that an earlier process began and left open.
  AuditTicket reopen(AuditEntry entry) { return {*this, std::move(entry)}; }

  /// Records how it ended, in order, within 100 ms. Never blocks and never loses the record while
  /// the process lives.
  void finish(AuditTicket ticket, const AuditOutcome& outcome);

  /// Records a call that was not let through: unseen tool, bad arguments, denied.
  virtual Result<Unit> refused(const AuditEntry& entry, const Error& error) = 0;

 protected:
  friend class AuditTicket;
  virtual void close(const AuditEntry& entry, const AuditOutcome& outcome) = 0;
};

}  // namespace tier0
