#pragma once

#include <string>
#include <string_view>

#include "server/base/result.h"

namespace tier0 {

/// Where a secret is kept, never the secret. Written `vault:MOUNT/PATH#FIELD`, `env:NAME`,
/// `file:PATH` or `systemd:NAME`.
struct SecretRef {
  enum class Kind { Vault, Env, File, Systemd };

  Kind kind = Kind::Env;
  std::string name;        // MOUNT/PATH, NAME or PATH
  std::string field = {};  // vault only

  /// Kind validation for anything else. The error never repeats the text, because it may be a
  /// secret written where its reference belongs.
  static Result<SecretRef> parse(std::string_view text);
  /// As it is written in the configuration.
  std::string text() const;

  bool operator==(const SecretRef&) const = default;
};

}  // namespace tier0
