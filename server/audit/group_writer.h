#pragma once

#include <stop_token>
#include <thread>
#include <vector>

#include "server/audit/chain.h"
#include "server/base/mutex.h"

namespace tier0 {

/// Takes rows from all threads, in order, and appends them in groups from a thread of its own: at
/// once when somebody waits, else within 100 ms. The destructor writes what is left. Thread-safe.
class GroupWriter {
 public:
  explicit GroupWriter(Chain chain);
  ~GroupWriter();

  /// On disk when it returns; a row whose write failed is dropped. Blocks for the disk only.
  Result<Unit> write(AuditRow row);
  /// On disk within 100 ms, and kept while that fails. While the last write has failed, or too many
  /// rows wait, the same as write.
  Result<Unit> write_soon(AuditRow row);
  /// As write_soon, but never waits and never fails.
  void write_without_fail(AuditRow row);
  /// Waits until all rows so far are on disk.
  Result<Unit> flush();

 private:
  struct Waiter {
    bool done = false;
    Result<Unit> result = Unit{};
  };
  struct Item {
    std::optional<AuditRow> row;  // none: a flush
    Waiter* waiter = nullptr;
  };

  void add(Item item) REQUIRES(mutex_);
  Result<Unit> add_and_wait(std::optional<AuditRow> row) REQUIRES(mutex_);
  void run(const std::stop_token& stop);
  std::vector<Item> next_group(const std::stop_token& stop);
  void settle(std::vector<Item> group, const Result<Unit>& result);
  void write_head();
  void write_last();

  Chain chain_;                // the thread's
  bool head_failing_ = false;  // the thread's
  Mutex mutex_;
  ConditionVariable arrived_;
  ConditionVariable settled_;
  std::vector<Item> queue_ GUARDED_BY(mutex_);
  bool due_ GUARDED_BY(mutex_) = false;  // not to wait for more
  bool failing_ GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace tier0
