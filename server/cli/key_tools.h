#pragma once

#include "server/secrets/stored_keys.h"

namespace tier0::cli {

/// What only an SSH library can do for the keys, by libssh.
KeyTools key_tools();

}  // namespace tier0::cli
