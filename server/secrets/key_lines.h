#pragma once

#include <string>

#include "server/backend/key_store.h"

namespace tier0 {

/// The parts of a line of authorized_keys without options. Kind secret_unavailable for anything
/// else; the error does not quote it.
Result<SshPublicKey> parse_key_line(const std::string& line);

/// A text that changes when one of the keys does. Made of public halves only.
std::string version_of(const KeyInventory& keys);

}  // namespace tier0
