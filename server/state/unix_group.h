#pragma once

#include <sys/types.h>

#include <string>

#include "server/base/result.h"

namespace tier0 {

/// Kind not_configured where the system knows no such group.
Result<gid_t> find_group(const std::string& name);

}  // namespace tier0
