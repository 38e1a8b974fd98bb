#include "server/audit/group_writer.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include "server/base/log.h"

namespace tier0 {
namespace {

using std::chrono::milliseconds;

// Half of what is promised: the commit takes time too.
constexpr milliseconds kGroupTime{50};
constexpr milliseconds kRetryTime{500};
// How long nothing must have come before the head file is written: a mutation that comes at once
// would wait for that too.
constexpr milliseconds kHeadTime{100};
constexpr std::size_t kQueueLimit = 4096;
constexpr std::size_t kHeadLagLimit = 32;

Error unavailable(const Error& cause) {
  return {.code = Code::AuditUnavailable,
          .message = "the call cannot be recorded, so it was not made: " + cause.message,
          .hint = cause.hint};
}

Result<Unit> append_rows(Chain& chain, std::vector<AuditRow> rows) {
  if (rows.empty()) return Unit{};
  try {
    return chain.append(std::move(rows));
  } catch (const std::exception& problem) {
    log::error("the audit's thread failed", {{"reason", problem.what()}});
    return Error{.code = Code::Internal,
                 .message = "the audit failed inside",
                 .hint = "This is a fault of tier0; the server's log has more."};
  }
}

}  // namespace

GroupWriter::GroupWriter(Chain chain)
    : chain_(std::move(chain)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

GroupWriter::~GroupWriter() {
  thread_.request_stop();
  thread_.join();
}

void GroupWriter::add(Item item) {
  if (item.waiter != nullptr || queue_.size() >= kQueueLimit / 2) due_ = true;
  queue_.push_back(std::move(item));
  // A first row starts the group's clock; further ones change nothing.
  if (due_ || queue_.size() == 1) arrived_.notify_one();
}

Result<Unit> GroupWriter::add_and_wait(std::optional<AuditRow> row) {
  Waiter waiter;
  add({.row = std::move(row), .waiter = &waiter});
  settled_.wait(mutex_, [&] { return waiter.done; });
  return waiter.result;
}

Result<Unit> GroupWriter::write(AuditRow row) {
  const MutexLock lock(mutex_);
  return add_and_wait(std::move(row));
}

Result<Unit> GroupWriter::write_soon(AuditRow row) {
  const MutexLock lock(mutex_);
  if (failing_ || queue_.size() >= kQueueLimit) return add_and_wait(std::move(row));
  add({.row = std::move(row)});
  return Unit{};
}

void GroupWriter::write_without_fail(AuditRow row) {
  const MutexLock lock(mutex_);
  add({.row = std::move(row)});
}

Result<Unit> GroupWriter::flush() {
  const MutexLock lock(mutex_);
  return add_and_wait(std::nullopt);
}

void GroupWriter::run(const std::stop_token& stop) {
  for (;;) {
    std::vector<Item> group = next_group(stop);
    if (group.empty() && stop.stop_requested()) break;
    if (group.empty() || chain_.head_lag() >= kHeadLagLimit) write_head();
    if (group.empty()) continue;
    std::vector<AuditRow> rows;
    // Copied, not moved: rows that nobody waits for are kept if this fails.
    for (const Item& item : group)
      if (item.row) rows.push_back(*item.row);
    const Result<Unit> result = append_rows(chain_, std::move(rows));
    settle(std::move(group), result);
    if (!result && stop.stop_requested()) break;
  }
  write_last();
}

/// Empty when stopped with nothing left, or when nothing came for a while and the head file lags.
std::vector<GroupWriter::Item> GroupWriter::next_group(const std::stop_token& stop) {
  const MutexLock lock(mutex_);
  const auto something = [this]() REQUIRES(mutex_) { return !queue_.empty(); };
  if (chain_.head_lag() == 0)
    arrived_.wait(mutex_, stop, something);
  else if (!arrived_.wait_for(mutex_, stop, kHeadTime, something))
    return {};
  arrived_.wait_for(mutex_, stop, failing_ ? kRetryTime : kGroupTime,
                    [this]() REQUIRES(mutex_) { return due_; });
  due_ = false;
  return std::exchange(queue_, {});
}

void GroupWriter::settle(std::vector<Item> group, const Result<Unit>& result) {
  bool turned = false;
  // A flush alone wrote nothing, so it says nothing about the disk.
  const bool tried =
      std::ranges::any_of(group, [](const Item& item) { return item.row.has_value(); });
  {
    const MutexLock lock(mutex_);
    std::vector<Item> kept;
    for (Item& item : group) {
      if (item.waiter != nullptr) {
        item.waiter->result = result ? result : Result<Unit>(unavailable(result.error()));
        item.waiter->done = true;
      } else if (!result) {
        kept.push_back(std::move(item));
      }
    }
    queue_.insert(queue_.begin(), std::make_move_iterator(kept.begin()),
                  std::make_move_iterator(kept.end()));
    turned = tried && failing_ == result.has_value();
    if (tried) failing_ = !result;
    settled_.notify_all();
  }
  if (turned && !result)
    log::error("the audit cannot be written; calls are refused",
               {{"reason", result.error().message}});
  if (turned && result) log::info("the audit can be written again");
}

/// Rows beyond the head file are in order; only a cut among them would not show.
void GroupWriter::write_head() {
  const Result<Unit> written = chain_.write_head();
  if (!written && !head_failing_)
    log::warn("the audit's head file cannot be written", {{"reason", written.error().message}});
  head_failing_ = !written;
}

void GroupWriter::write_last() {
  const Result<Unit> stopped = chain_.append_stop();
  if (stopped) write_head();
  const MutexLock lock(mutex_);
  if (!queue_.empty())
    log::error("audit records were lost at the end", {{"count", std::to_string(queue_.size())}});
}

}  // namespace tier0
