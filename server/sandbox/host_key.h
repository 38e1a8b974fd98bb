#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/base/result.h"

struct ssh_key_struct;

namespace tier0::sandbox {

struct HostKeyFree {
  void operator()(ssh_key_struct* key) const;
};
using HostKey = std::unique_ptr<ssh_key_struct, HostKeyFree>;

/// The Ed25519 key of a seed of 64 hex digits: the same seed, the same key. Kind internal for any
/// other text.
Result<HostKey> host_key(std::string_view seed);

/// SHA256:…, as ssh-keygen prints it.
std::string fingerprint(const HostKey& key);

}  // namespace tier0::sandbox
