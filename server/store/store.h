#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/base/result.h"
#include "server/store/operation_store.h"
#include "server/store/plan_store.h"

namespace tier0 {

/// One row of the table `audit`, as it lies on disk. server/audit gives the columns their meaning;
/// `hash` covers all the others.
struct AuditRow {
  std::string writer;     // the chain
  std::int64_t seq = 0;   // from 1, without gaps
  std::string event;      // start | begin | finish | refused | stop
  WallTime time = {};     // UTC
  std::string tenant;     // empty: the operator's own
  std::string call;       // empty for start and stop
  std::string principal;  // agent:executor-codex
  std::string agent;      // empty: a person or an automation
  std::string transport;  // stdio | http | sse | socket | cli
  std::string tool;
  std::string effect;   // read | write | destructive | spend
  std::string kind;     // finish and refused: ok or the kind of the error
  std::string details;  // canonical JSON: what has no column
  std::string prev;     // hash of the row before, empty for the first
  std::string hash;     // sha256, hex
};

/// Which calls; empty members match everything.
struct AuditFilter {
  std::string tenant = {};
  std::string agent = {};
  std::string tool = {};
  std::string call = {};
  std::string kind = {};  // ok, a kind of schemas/result.json, or "open": begun and never finished
  std::optional<WallTime> since = {};
  std::size_t limit = 100;
};

/// One call: where it began or was refused, and how it ended if that was recorded.
struct AuditCall {
  AuditRow begin;
  std::optional<AuditRow> finish;
  bool writer_gone = false;  // the process that began it has ended since
};

/// A host's key as a person accepted it.
struct HostKeyPin {
  HostName host;
  std::string fingerprint;  // SHA256:…
  std::string pinned_by;    // the principal's name
  WallTime pinned_at = {};
};

/// Rows that outlive the process. Everything that answers ok is on disk, a power cut included.
/// Thread-safe. What cannot be read or written is kind internal with a hint, and changed nothing.
class Store {
 public:
  virtual ~Store() = default;

  /// All rows or none, in one durable transaction. Kind conflict where a writer's seq is taken.
  virtual Result<Unit> append_audit(std::span<const AuditRow> rows) = 0;
  virtual Result<std::optional<AuditRow>> audit_row(const std::string& writer,
                                                    std::int64_t seq) = 0;
  virtual Result<std::optional<AuditRow>> last_audit_row(const std::string& writer) = 0;
  /// A page of a chain in its order, beginning with the first seq above `after`.
  virtual Result<std::vector<AuditRow>> audit_chain(const std::string& writer, std::int64_t after,
                                                    std::size_t limit) = 0;
  virtual Result<std::vector<std::string>> audit_writers() = 0;
  /// Newest first.
  virtual Result<std::vector<AuditCall>> audit_calls(const AuditFilter& filter) = 0;

  /// Compare and set: kind conflict where another key than `instead_of` is pinned (empty: none).
  /// Pinning what is pinned already is fine.
  virtual Result<Unit> pin_host_key(const HostKeyPin& pin, const std::string& instead_of = {}) = 0;
  virtual Result<std::optional<HostKeyPin>> pinned_host_key(const HostName& host) = 0;

  /// Of the same file; they live as long as the store.
  virtual PlanStore& plans() = 0;
  virtual OperationStore& operations() = 0;

  /// For doctor: reads every page. Kind internal, saying what is broken.
  virtual Result<Unit> check() = 0;
};

}  // namespace tier0
