#include "server/audit/verify.h"

#include <algorithm>
#include <set>

#include "server/audit/audit_rows.h"

namespace tier0 {
namespace {

constexpr std::size_t kPage = 500;

/// What has to stand at a row, and who says so.
struct Expectation {
  ChainHead head;
  std::string_view source;
};

/// Follows one chain row by row; the first fault ends it.
class Walk {
 public:
  Walk(std::string writer, std::vector<Expectation> expected)
      : head_{.writer = std::move(writer), .count = 0, .hash = {}},
        expected_(std::move(expected)) {}

  /// False after a fault.
  bool take(const AuditRow& row) {
    if (row.seq == head_.count) return fail("two rows have this number: the chain was forked");
    if (row.seq != head_.count + 1) {
      const std::int64_t first = ++head_.count;
      return fail("rows " + std::to_string(first) + " to " + std::to_string(row.seq - 1) +
                  " are missing");
    }
    head_.count = row.seq;
    if (row.hash != hash_of(row)) return fail("the row was changed after it was written");
    if (row.prev != head_.hash)
      return fail("the row does not follow the one before it: one of them was replaced or moved");
    head_.hash = row.hash;
    for (const auto& [head, source] : expected_)
      if (head.count == row.seq && head.hash != row.hash)
        return fail("another row was here when " + std::string(source) + " was written");
    return true;
  }

  void end() {
    for (const auto& [head, source] : expected_) {
      if (head.count <= head_.count) continue;
      const std::int64_t first = ++head_.count;
      fail("the tail is cut: " + std::string(source) + " knows rows up to " +
           std::to_string(head.count) + ", from " + std::to_string(first) + " on they are missing");
      return;
    }
  }

  const ChainHead& head() const { return head_; }
  const std::optional<AuditFault>& fault() const { return fault_; }
  bool fail(std::string why) {
    fault_ = AuditFault{.writer = head_.writer, .seq = head_.count, .why = std::move(why)};
    return false;
  }

 private:
  ChainHead head_;
  const std::vector<Expectation> expected_;
  std::optional<AuditFault> fault_;
};

/// As far as the chain goes when it starts: a busy server adds rows as fast as they are read. A
/// page starts with the last row of the one before, so that a second row of that number shows.
Result<Unit> walk_rows(Store& store, Walk& walk, const Clock& clock, const Cancel& cancel) {
  T0_TRY(const std::optional<AuditRow> last, store.last_audit_row(walk.head().writer));
  const std::int64_t end = last ? last->seq : 0;
  for (;;) {
    T0_CHECK(cancel.check(clock));
    const std::int64_t done = walk.head().count;
    T0_TRY(const std::vector<AuditRow> rows,
           store.audit_chain(walk.head().writer, std::max<std::int64_t>(done - 1, 0), kPage));
    std::size_t next = 0;
    if (done > 0 && !rows.empty() && rows.front().hash == walk.head().hash) next = 1;
    if (next == rows.size() || rows[next].seq > end) break;
    for (; next < rows.size() && rows[next].seq <= end; ++next)
      if (!walk.take(rows[next])) return Unit{};
  }
  walk.end();
  return Unit{};
}

std::vector<Expectation> expectations(const std::string& writer, std::span<const ChainHead> heads,
                                      std::span<const ChainHead> remembered) {
  std::vector<Expectation> expected;
  for (const ChainHead& head : heads)
    if (head.writer == writer) expected.push_back({head, "the head file"});
  for (const ChainHead& head : remembered)
    if (head.writer == writer) expected.push_back({head, "the remembered head"});
  return expected;
}

}  // namespace

Result<AuditVerdict> verify_audit(Store& store, const std::filesystem::path& head_file,
                                  std::span<const ChainHead> remembered, const Clock& clock,
                                  const Cancel& cancel) {
  // Writers before heads before rows: each is at least as new as the one before, so a process that
  // goes on writing causes no false alarm.
  T0_TRY(const std::vector<std::string> stored, store.audit_writers());
  const Result<std::vector<ChainHead>> heads = read_heads(head_file);
  if (!heads && heads.error().code != Code::Validation) return heads.error();
  AuditVerdict verdict;
  if (!heads) {
    verdict.fault = AuditFault{.writer = {}, .seq = 0, .why = heads.error().message};
    return verdict;
  }
  std::set<std::string> writers(stored.begin(), stored.end());
  for (const ChainHead& head : *heads) writers.insert(head.writer);
  for (const ChainHead& head : remembered) writers.insert(head.writer);

  for (const std::string& writer : writers) {
    Walk walk(writer, expectations(writer, *heads, remembered));
    T0_CHECK(walk_rows(store, walk, clock, cancel));
    verdict.rows += walk.head().count;
    verdict.heads.push_back(walk.head());
    if (!walk.fault() &&
        std::ranges::none_of(*heads, [&](const auto& h) { return h.writer == writer; }))
      walk.fail("the head file does not know this chain, so nothing proves where it ends");
    if (walk.fault()) {
      verdict.fault = walk.fault();
      return verdict;
    }
  }
  return verdict;
}

}  // namespace tier0
