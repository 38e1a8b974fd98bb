#pragma once

#include <functional>
#include <string>

#include "server/operation/step_loop.h"

namespace tier0 {

/// Where a process dies: at one write of an operation's journal.
struct Death {
  std::function<bool(const JournalRow& line)> at;
  bool is_written = true;  // died just after the write; else just before, and it is not there
};

/// What an operation has on disk, in memory, and the process that dies at one write of it: from
/// then on it has lost the operation. Counts the writes.
class DyingJournal final : public Journal {
 public:
  /// `on_line` runs after each write that a living process made.
  DyingJournal(OperationRow row, Death death, std::function<void(const JournalRow&)> on_line)
      : row_(std::move(row)), death_(std::move(death)), on_line_(std::move(on_line)) {}

  Result<Unit> write(const OperationRow& row, const JournalRow& line) override;

  /// As the next process reads it.
  const OperationRow& row() const { return row_; }
  bool has_died() const { return has_died_; }
  int writes() const { return writes_; }

 private:
  OperationRow row_;
  const Death death_;
  const std::function<void(const JournalRow&)> on_line_;
  bool has_died_ = false;
  int writes_ = 0;
};

}  // namespace tier0
