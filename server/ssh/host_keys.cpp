#include "server/ssh/host_keys.h"

#include <algorithm>

#include "server/ssh/resolver.h"
#include "server/ssh/session.h"
#include "server/ssh/socket.h"

namespace tier0 {
namespace {

constexpr std::string_view kPrefix = "SHA256:";
constexpr std::size_t kDigits = 43;  // of base64 without padding, for 32 bytes
constexpr auto kPatience = std::chrono::seconds(10);

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

std::string shown_as(const HostKeyFingerprint& key) {
  return key.algorithm.empty() ? key.value : key.value + " (" + key.algorithm + ")";
}

}  // namespace

Result<HostKeyFingerprint> HostKeyFingerprint::parse(std::string_view text) {
  const bool well_formed = text.starts_with(kPrefix) && text.size() == kPrefix.size() + kDigits &&
                           std::ranges::all_of(text.substr(kPrefix.size()), is_base64);
  if (!well_formed)
    return Error{.code = Code::Validation,
                 .message = "the host key is not a SHA256 fingerprint",
                 .hint = "write it as ssh-keygen -lf prints it: SHA256: and 43 characters"};
  return HostKeyFingerprint{.value = std::string(text)};
}

Result<Unit> check_host_key(const HostName& host, const std::optional<HostKeyFingerprint>& expected,
                            const HostKeyFingerprint& shown) {
  if (!expected)
    return Error{
        .code = Code::SshHostkeyUnknown,
        .message = "no key of " + host.value + " is known; it shows " + shown_as(shown),
        .hint = "compare the fingerprint on the machine itself, then run: tier0 hosts pin " +
                host.value};
  if (*expected == shown) return Unit{};
  return Error{.code = Code::SshHostkeyChanged,
               .message = host.value + " shows the key " + shown_as(shown) + " where " +
                          shown_as(*expected) + " is expected",
               .hint =
                   "someone may be in between; only if the machine was reinstalled, run: tier0 "
                   "hosts pin " +
                   host.value + " or correct host_key in ssh.hosts"};
}

Result<HostKeyFingerprint> fetch_host_key(const std::string& address, std::uint16_t port,
                                          const Cancel& cancel) {
  const std::string where = address + " port " + std::to_string(port);
  const Cancel bounded = cancel.sooner(ssh::now() + kPatience);
  ssh::Resolver resolver;
  T0_TRY(const auto endpoints, resolver.resolve(address, port, bounded));
  T0_TRY(OwnedFd socket, ssh::connect_tcp(endpoints, where, bounded));
  T0_TRY(const auto session, ssh::Session::open(std::move(socket), where, bounded));
  return session->host_key();
}

}  // namespace tier0
