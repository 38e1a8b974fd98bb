#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tier0::tools {

/// One public key line, as in authorized_keys or the account's register.
struct AuthorizedKey {
  std::string type;         // ssh-ed25519
  std::string fingerprint;  // SHA256:…, as ssh-keygen -l prints it
  std::string comment;      // a stranger's text, cleaned
};

/// Empty for blank lines, comments and anything without a key in it. Options in front are skipped.
std::optional<AuthorizedKey> parse_authorized_key(std::string_view line);
std::vector<AuthorizedKey> parse_authorized_keys(std::string_view file);

}  // namespace tier0::tools
