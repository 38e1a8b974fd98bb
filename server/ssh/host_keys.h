#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/cancel.h"
#include "server/base/ids.h"
#include "server/base/result.h"

namespace tier0 {

/// A host's public key, as OpenSSH prints it: "SHA256:" and 43 characters of base64.
struct HostKeyFingerprint {
  std::string value;
  std::string algorithm = {};  // "ssh-ed25519"; only where a host showed it, never compared

  static Result<HostKeyFingerprint> parse(std::string_view text);
  bool operator==(const HostKeyFingerprint& other) const { return value == other.value; }
};

/// The keys that a person pinned with `tier0 hosts pin`. Thread-safe.
class HostKeyPins {
 public:
  virtual ~HostKeyPins() = default;
  /// Empty where that host was never pinned. An error refuses the connection.
  virtual Result<std::optional<HostKeyFingerprint>> find(const HostName& host,
                                                         const Cancel& cancel) const = 0;
};

/// Whether the key that a host shows is the expected one. Kind ssh_hostkey_unknown where none is
/// expected, ssh_hostkey_changed where it is another.
Result<Unit> check_host_key(const HostName& host, const std::optional<HostKeyFingerprint>& expected,
                            const HostKeyFingerprint& shown);

/// Asks a host for its key, for `tier0 hosts pin`; nobody logs in. Proves only that whoever answers
/// holds that key. Within ten seconds.
Result<HostKeyFingerprint> fetch_host_key(const std::string& address, std::uint16_t port,
                                          const Cancel& cancel);

}  // namespace tier0
