#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "server/audit/head_file.h"
#include "server/base/clock.h"
#include "server/store/store.h"

namespace tier0 {

/// The writing end of one hash chain. Goes on with the chain that the head file names; where the
/// store's rows do not reach as far as it says, a new chain is begun and the old head is kept, so
/// that the gap goes on showing. Not thread-safe: one thread writes.
class Chain {
 public:
  Chain(Store& store, std::filesystem::path head_file, const Clock& clock);

  /// Links the rows and appends them, all or none, durably. The first append of a process puts its
  /// start row in front.
  Result<Unit> append(std::vector<AuditRow> rows);

  /// Marks the end of the process; nothing where nothing was appended.
  Result<Unit> append_stop();

  /// Appends since the head file was last written.
  std::size_t head_lag() const { return head_lag_; }
  Result<Unit> write_head();

 private:
  Result<Unit> open();
  Result<Unit> continue_chain(std::vector<ChainHead> heads);
  Result<Unit> begin_chain(std::vector<ChainHead> heads, std::string reason);

  Store& store_;
  const std::filesystem::path head_file_;
  const Clock& clock_;
  std::vector<ChainHead> heads_;  // ours is the last
  std::string reason_;            // why this is not the chain of before
  bool open_ = false;             // whether heads_ is what the store holds
  bool started_ = false;
  std::size_t head_lag_ = 0;
};

}  // namespace tier0
