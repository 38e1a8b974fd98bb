#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "server/backend/ssh_runner.h"
#include "server/base/secret.h"
#include "server/ssh/host_keys.h"

namespace tier0 {

/// How to reach one host of `ssh.hosts`.
struct SshHost {
  std::string address;  // IPv4, IPv6 or a name
  std::uint16_t port = 22;
  std::optional<HostKeyFingerprint> host_key = {};  // from the configuration: wins over a pin
  std::string vps = {};                             // the provider's id, where it has one
};
using SshHosts = std::map<HostName, SshHost>;

struct SshLimits {
  std::chrono::milliseconds connect = std::chrono::seconds(10);       // name, TCP, key exchange
  std::chrono::milliseconds authenticate = std::chrono::seconds(10);  // the proof of our key
  std::chrono::milliseconds longest = std::chrono::hours(1);  // cap of Command::total and idle
  std::chrono::milliseconds read_file = std::chrono::seconds(60);
  std::chrono::milliseconds write_file = std::chrono::seconds(60);
  std::chrono::milliseconds keepalive = std::chrono::seconds(15);         // silence before we ask
  std::chrono::milliseconds keepalive_answer = std::chrono::seconds(10);  // and then give up
  std::chrono::milliseconds unused = std::chrono::seconds(60);  // before an idle one is closed
  std::chrono::milliseconds oldest = std::chrono::minutes(10);  // no reuse beyond this age
  std::size_t per_host = 2;                                     // connections, one command each
};

/// Thread-safe functions, called for each connection that is made, so that changes take effect.
struct SshOptions {
  std::string user;
  /// Ed25519, OpenSSH PEM, no passphrase.
  std::function<Result<Secret>(KeyUse, const Cancel&)> private_key;
  std::function<std::optional<SshHost>(const HostName&)> find_host;
  const HostKeyPins* pins = nullptr;  // null: only keys from the configuration
  SshLimits limits = {};
};

/// SshRunner over libssh. Keeps connections that the current key made open for reuse, none beyond
/// limits.oldest, and closes them at its end, which must not come during a call. `options.pins`
/// must outlive it.
std::unique_ptr<SshRunner> make_ssh_runner(SshOptions options);

}  // namespace tier0
