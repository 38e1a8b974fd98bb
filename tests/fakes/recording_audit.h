#pragma once

#include <utility>
#include <vector>

#include "server/audit/audit_log.h"
#include "server/base/mutex.h"

namespace tier0 {

/// Keeps what it was told, and can be full. Thread-safe.
class RecordingAudit final : public AuditLog {
 public:
  using Refusal = std::pair<AuditEntry, Code>;

  Result<AuditTicket> begin(const AuditEntry& entry) override {
    const MutexLock lock(mutex_);
    if (is_full_) return disk_is_full();
    begun_.push_back(entry);
    return AuditTicket(*this, entry);
  }
  Result<Unit> refused(const AuditEntry& entry, const Error& error) override {
    const MutexLock lock(mutex_);
    if (is_full_) return disk_is_full();
    refusals_.emplace_back(entry, error.code);
    return Unit{};
  }

  void fill() {
    const MutexLock lock(mutex_);
    is_full_ = true;
  }
  std::vector<AuditEntry> begun() const {
    const MutexLock lock(mutex_);
    return begun_;
  }
  std::vector<AuditOutcome> ended() const {
    const MutexLock lock(mutex_);
    return ended_;
  }
  std::vector<Refusal> refusals() const {
    const MutexLock lock(mutex_);
    return refusals_;
  }

 private:
  static Error disk_is_full() {
    return {.code = Code::AuditUnavailable, .message = "the disk is full"};
  }
  void close(const AuditEntry&, const AuditOutcome& outcome) override {
    const MutexLock lock(mutex_);
    ended_.push_back(outcome);
  }

  mutable Mutex mutex_;
  bool is_full_ GUARDED_BY(mutex_) = false;
  std::vector<AuditEntry> begun_ GUARDED_BY(mutex_);
  std::vector<AuditOutcome> ended_ GUARDED_BY(mutex_);
  std::vector<Refusal> refusals_ GUARDED_BY(mutex_);
};

}  // namespace tier0
