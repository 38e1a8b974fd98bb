#include "tests/tools/dying_journal.h"

namespace tier0 {

Result<Unit> DyingJournal::write(const OperationRow& row, const JournalRow& line) {
  ++writes_;
  const bool dies = !has_died_ && death_.at && death_.at(line);
  if (!dies || death_.is_written) row_ = row;
  if (dies) {
    has_died_ = true;
    return Error{.code = Code::Conflict, .message = "this process is dead"};
  }
  on_line_(line);
  return Unit{};
}

}  // namespace tier0
