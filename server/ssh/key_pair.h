#pragma once

#include <filesystem>
#include <string>

#include "server/base/result.h"
#include "server/base/secret.h"

namespace tier0 {

/// An SSH key that we made.
struct KeyPair {
  Secret private_key;      // OpenSSH PEM, no passphrase
  std::string public_key;  // "ssh-ed25519 AAAA… comment", as authorized_keys wants it
};

/// A fresh Ed25519 pair. `comment` is one word. Kind internal where libssh cannot make one.
Result<KeyPair> generate_key_pair(const std::string& comment);

/// The pair whose private half lies in that file (0600); made and written where there is none.
Result<KeyPair> load_or_make_key_pair(const std::filesystem::path& file,
                                      const std::string& comment);

/// The public line of a private key in OpenSSH PEM. Kind secret_unavailable where it is no such
/// key.
Result<std::string> public_key_of(const Secret& private_key, const std::string& comment);

}  // namespace tier0
