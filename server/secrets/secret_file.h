#pragma once

#include <sys/types.h>

#include <string>

#include "server/base/result.h"
#include "server/base/secret.h"

namespace tier0 {

/// Reads a secret from a file whose permission bits lie within `allowed` and which belongs to us or
/// to root. All checks are made on the open file, so it cannot be exchanged in between. `name` is
/// what errors call it.
Result<Secret> read_secret_file(const std::string& path, const std::string& name, mode_t allowed);

}  // namespace tier0
