#pragma once

#include "server/backend/ssh_runner.h"
#include "server/base/cancel.h"
#include "server/base/result.h"
#include "server/ssh/session.h"

namespace tier0::ssh {

/// SshRunner::write_file in a session that is logged in. `file` has passed check_file_write. An
/// error without maybe_done means that the file has not been replaced.
Result<Unit> write_file(Session& session, const FileWrite& file, const Cancel& cancel);

}  // namespace tier0::ssh
