#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/audit/head_file.h"
#include "server/base/cancel.h"
#include "server/store/store.h"

namespace tier0 {

/// The first row that is not as it was written.
struct AuditFault {
  std::string writer;
  std::int64_t seq = 0;
  std::string why;
};

struct AuditVerdict {
  std::vector<ChainHead> heads;  // how far each chain goes; kept elsewhere they prove more
  std::int64_t rows = 0;
  std::optional<AuditFault> fault;  // empty: whole
};

/// Walks every chain: edits, deletions, swaps, forks and tails cut since the head file was written.
/// `remembered` are heads that someone kept outside, which also shows a state directory put back as
/// a whole. An error means that it could not be read, not that it is bad. Works while another
/// process writes.
Result<AuditVerdict> verify_audit(Store& store, const std::filesystem::path& head_file,
                                  std::span<const ChainHead> remembered, const Clock& clock,
                                  const Cancel& cancel);

}  // namespace tier0
