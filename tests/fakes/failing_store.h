#pragma once

#include <atomic>

#include "server/store/store.h"

namespace tier0 {

/// A real store whose appends can be told to fail, as on a full disk, and which counts them.
class FailingStore final : public Store {
 public:
  explicit FailingStore(Store& store) : store_(store) {}

  void fail(bool yes) { failing_ = yes; }
  int appends() const { return appends_; }

  Result<Unit> append_audit(std::span<const AuditRow> rows) override {
    if (failing_)
      return Error{.code = Code::Internal, .message = "the disk is full", .hint = "Free space."};
    ++appends_;
    return store_.append_audit(rows);
  }
  Result<std::optional<AuditRow>> audit_row(const std::string& writer, std::int64_t seq) override {
    return store_.audit_row(writer, seq);
  }
  Result<std::optional<AuditRow>> last_audit_row(const std::string& writer) override {
    return store_.last_audit_row(writer);
  }
  Result<std::vector<AuditRow>> audit_chain(const std::string& writer, std::int64_t after,
                                            std::size_t limit) override {
    return store_.audit_chain(writer, after, limit);
  }
  Result<std::vector<std::string>> audit_writers() override { return store_.audit_writers(); }
  Result<std::vector<AuditCall>> audit_calls(const AuditFilter& filter) override {
    return store_.audit_calls(filter);
  }
  Result<Unit> pin_host_key(const HostKeyPin& pin, const std::string& instead_of) override {
    return store_.pin_host_key(pin, instead_of);
  }
  Result<std::optional<HostKeyPin>> pinned_host_key(const HostName& host) override {
    return store_.pinned_host_key(host);
  }
  PlanStore& plans() override { return store_.plans(); }
  OperationStore& operations() override { return store_.operations(); }
  Result<Unit> check() override { return store_.check(); }

 private:
  Store& store_;
  std::atomic<bool> failing_ = false;
  std::atomic<int> appends_ = 0;
};

}  // namespace tier0
