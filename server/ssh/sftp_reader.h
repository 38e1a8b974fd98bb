#pragma once

#include <cstddef>
#include <string>

#include "server/backend/ssh_runner.h"
#include "server/base/cancel.h"
#include "server/base/result.h"
#include "server/ssh/session.h"

namespace tier0::ssh {

/// Reads a regular file through the host's SFTP subsystem, at most `limit` bytes of it. A link at
/// the end of the path is refused, so that what is read is what was named. Kinds not_found,
/// forbidden, and those of the session.
Result<FileContent> read_file(Session& session, const std::string& path, std::size_t limit,
                              const Cancel& cancel);

}  // namespace tier0::ssh
