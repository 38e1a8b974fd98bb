#include "server/audit/chain.h"

#include <unistd.h>

#include "server/audit/audit_rows.h"
#include "server/base/log.h"
#include "server/crypto/crypto.h"

namespace tier0 {

Chain::Chain(Store& store, std::filesystem::path head_file, const Clock& clock)
    : store_(store), head_file_(std::move(head_file)), clock_(clock) {}

Result<Unit> Chain::append(std::vector<AuditRow> rows) {
  if (heads_.empty()) T0_CHECK(open());
  if (!started_) {
    Json details = {{"pid", ::getpid()}};
    if (!reason_.empty()) details["reason"] = reason_;
    rows.insert(rows.begin(), process_row("start", clock_.wall(), details));
  }
  ChainHead head = heads_.back();
  for (AuditRow& row : rows) {
    row.writer = head.writer;
    row.seq = ++head.count;
    row.prev = head.hash;
    row.hash = hash_of(row);
    head.hash = row.hash;
  }
  Result<Unit> appended = store_.append_audit(rows);
  if (!appended) {
    heads_.clear();  // what the disk holds now has to be read
    return appended;
  }
  heads_.back() = std::move(head);
  started_ = true;
  ++head_lag_;
  return Unit{};
}

Result<Unit> Chain::append_stop() {
  if (!started_) return Unit{};
  return append({process_row("stop", clock_.wall(), Json::object())});
}

Result<Unit> Chain::write_head() {
  if (heads_.empty() || head_lag_ == 0) return Unit{};
  T0_CHECK(write_heads(head_file_, heads_));
  head_lag_ = 0;
  return Unit{};
}

Result<Unit> Chain::open() {
  Result<std::vector<ChainHead>> heads = read_heads(head_file_);
  if (!heads && heads.error().code == Code::Validation) {
    std::filesystem::path aside = head_file_;
    aside += ".damaged-" + crypto::random_id();
    std::error_code failed;
    std::filesystem::rename(head_file_, aside, failed);
    if (failed) return heads.error();
    return begin_chain("the head file made no sense and was put aside");
  }
  if (!heads) return heads.error();
  if (heads->empty()) {
    T0_TRY(const std::vector<std::string> writers, store_.audit_writers());
    return begin_chain(writers.empty() ? "" : "the head file was missing");
  }
  heads_ = *std::move(heads);
  const ChainHead last = heads_.back();
  Result<Unit> continued = continue_chain(last);
  if (!continued) heads_.clear();
  return continued;
}

Result<Unit> Chain::continue_chain(const ChainHead& head) {
  T0_TRY(const std::optional<AuditRow> tail, store_.last_audit_row(head.writer));
  if (head.count > 0) {
    T0_TRY(const std::optional<AuditRow> known, store_.audit_row(head.writer, head.count));
    if (!known || known->hash != head.hash)
      return begin_chain("chain " + head.writer + " does not reach its head at row " +
                         std::to_string(head.count));
  }
  if (!tail) return Unit{};
  if (hash_of(*tail) != tail->hash)
    return begin_chain("the last row of chain " + head.writer + " was changed");
  // Rows beyond the head file: the process before died between the two.
  heads_.back() = {.writer = tail->writer, .count = tail->seq, .hash = tail->hash};
  return Unit{};
}

Result<Unit> Chain::begin_chain(std::string reason) {
  if (!reason.empty()) log::error("a new audit chain begins", {{"reason", reason}});
  std::vector<ChainHead> heads = heads_;
  heads.push_back({.writer = crypto::random_id(), .count = 0, .hash = {}});
  // Before the first row, so that a chain without a head is always one that was tampered with.
  T0_CHECK(write_heads(head_file_, heads));
  heads_ = std::move(heads);
  reason_ = std::move(reason);
  started_ = false;
  return Unit{};
}

}  // namespace tier0
