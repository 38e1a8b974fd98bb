#include "server/audit/chain.h"

#include <unistd.h>

#include "server/audit/audit_rows.h"
#include "server/base/log.h"
#include "server/crypto/crypto.h"

namespace tier0 {
namespace {

Result<Unit> put_aside(const std::filesystem::path& file) {
  std::filesystem::path aside = file;
  aside += ".damaged-" + crypto::random_id();
  std::error_code failed;
  std::filesystem::rename(file, aside, failed);
  if (!failed) return Unit{};
  return Error{.code = Code::Internal,
               .message = "the audit's head file makes no sense and cannot be put aside",
               .hint = "Check the owner of the state directory's files."};
}

}  // namespace

Chain::Chain(Store& store, std::filesystem::path head_file, const Clock& clock)
    : store_(store), head_file_(std::move(head_file)), clock_(clock) {}

Result<Unit> Chain::append(std::vector<AuditRow> rows) {
  if (!open_) T0_CHECK(open());
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
    open_ = false;  // what the disk holds now has to be read
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
  if (head_lag_ == 0) return Unit{};
  T0_CHECK(write_heads(head_file_, heads_));
  head_lag_ = 0;
  return Unit{};
}

Result<Unit> Chain::open() {
  // After a failed append what we know is at least as new as the file.
  Result<std::vector<ChainHead>> heads = heads_.empty() ? read_heads(head_file_) : heads_;
  if (!heads && heads.error().code == Code::Validation) {
    T0_CHECK(put_aside(head_file_));
    return begin_chain({}, "the head file made no sense and was put aside");
  }
  if (!heads) return heads.error();
  if (!heads->empty()) return continue_chain(*std::move(heads));
  T0_TRY(const std::vector<std::string> writers, store_.audit_writers());
  return begin_chain({}, writers.empty() ? "" : "the head file was missing");
}

Result<Unit> Chain::continue_chain(std::vector<ChainHead> heads) {
  ChainHead& head = heads.back();
  T0_TRY(const std::optional<AuditRow> tail, store_.last_audit_row(head.writer));
  if (head.count > 0) {
    T0_TRY(const std::optional<AuditRow> known, store_.audit_row(head.writer, head.count));
    if (!known || known->hash != head.hash)
      return begin_chain(heads, "chain " + head.writer + " does not reach its head at row " +
                                    std::to_string(head.count));
  }
  if (tail && hash_of(*tail) != tail->hash)
    return begin_chain(heads, "the last row of chain " + head.writer + " was changed");
  // Rows beyond the head file: the process before died between the two.
  if (tail) head = {.writer = tail->writer, .count = tail->seq, .hash = tail->hash};
  heads_ = std::move(heads);
  open_ = true;
  return Unit{};
}

Result<Unit> Chain::begin_chain(std::vector<ChainHead> heads, std::string reason) {
  if (!reason.empty()) log::error("a new audit chain begins", {{"reason", reason}});
  heads.push_back({.writer = crypto::random_id(), .count = 0, .hash = {}});
  // Before the first row, so that a chain without a head is always one that was tampered with.
  T0_CHECK(write_heads(head_file_, heads));
  heads_ = std::move(heads);
  reason_ = std::move(reason);
  started_ = false;
  open_ = true;
  return Unit{};
}

}  // namespace tier0
