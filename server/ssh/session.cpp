#include "server/ssh/session.h"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <string_view>
#include <utility>

#include "server/base/log.h"

namespace tier0::ssh {
namespace {

// Without chacha20-poly1305 and CBC there is nothing for a stripping attack on the key exchange to
// gain (CVE-2023-48795), whether or not the host knows the strict exchange. No SHA-1 anywhere.
constexpr const char* kKeyExchanges =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
    "ecdh-sha2-nistp521,diffie-hellman-group16-sha512,diffie-hellman-group14-sha256";
constexpr const char* kHostKeys =
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,"
    "rsa-sha2-256";
constexpr const char* kCiphers = "aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr";
constexpr const char* kMacs = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com";

constexpr std::string_view kOpenSshPem = "-----BEGIN OPENSSH PRIVATE KEY-----";

struct KeyFree {
  void operator()(ssh_key_struct* key) const { ssh_key_free(key); }
};
using Key = std::unique_ptr<ssh_key_struct, KeyFree>;

/// Whatever a host asks of us (forwarding, an agent, a window) is refused at once; libssh would
/// keep such requests for us without limit.
int refuse_request(ssh_session, ssh_message, void*) {
  return 1;
}

bool set_options(ssh_session session, int socket) {
  const bool no = false;
  const auto set = [session](ssh_options_e option, const void* value) {
    return ssh_options_set(session, option, value) == SSH_OK;
  };
  // The files keep libssh from reading anybody's configuration or known hosts. The user is named
  // only when it logs in; without a name here libssh would look the local one up.
  return set(SSH_OPTIONS_PROCESS_CONFIG, &no) && set(SSH_OPTIONS_SSH_DIR, "/dev/null") &&
         set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null") &&
         set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") && set(SSH_OPTIONS_USER, "nobody") &&
         set(SSH_OPTIONS_KEY_EXCHANGE, kKeyExchanges) && set(SSH_OPTIONS_HOSTKEYS, kHostKeys) &&
         set(SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, "ssh-ed25519") &&
         set(SSH_OPTIONS_CIPHERS_C_S, kCiphers) && set(SSH_OPTIONS_CIPHERS_S_C, kCiphers) &&
         set(SSH_OPTIONS_HMAC_C_S, kMacs) && set(SSH_OPTIONS_HMAC_S_C, kMacs) &&
         set(SSH_OPTIONS_COMPRESSION, "no") && set(SSH_OPTIONS_FD, &socket);
}

Result<Key> parse_key(const Secret& secret) {
  const Error refused{.code = Code::SecretUnavailable,
                      .message = "the SSH key is not an Ed25519 private key in OpenSSH's form",
                      .hint = "store a key made by: ssh-keygen -t ed25519 -N ''"};
  if (secret.reveal().find(kOpenSshPem) == std::string::npos) return refused;
  ssh_key parsed = nullptr;
  const int rc =
      ssh_pki_import_privkey_base64(secret.reveal().c_str(), nullptr, nullptr, nullptr, &parsed);
  Key key(parsed);
  if (rc != SSH_OK || ssh_key_type(key.get()) != SSH_KEYTYPE_ED25519) return refused;
  return key;
}

}  // namespace

struct Session::Libssh {
  ssh_session session = nullptr;
  ssh_event event = nullptr;
  ssh_counter_struct wire = {};  // bytes
  ssh_counter_struct raw = {};   // packets

  ~Libssh() {
    if (event != nullptr) {
      ssh_event_remove_session(event, session);
      ssh_event_free(event);
    }
    // Not ssh_disconnect: given a descriptor, it forgets it without closing.
    ssh_free(session);
  }
};

Session::Session(OwnedFd socket, std::string where)
    : socket_(std::move(socket)),
      where_(std::move(where)),
      libssh_(std::make_unique<Libssh>()),
      heard_(now()) {}

Session::~Session() = default;

ssh_session_struct* Session::handle() const {
  return libssh_->session;
}

Error Session::lost(const std::string& problem) const {
  if (libssh_->session != nullptr)
    log::debug("ssh connection lost",
               {{"host", where_}, {"reason", ssh_get_error(libssh_->session)}});
  return {.code = Code::SshUnreachable,
          .message = where_ + " " + problem,
          .hint = "check that the machine runs and answers, then try again"};
}

Result<std::unique_ptr<Session>> Session::open(OwnedFd socket, const std::string& where,
                                               const Cancel& cancel) {
  static std::once_flag once;
  std::call_once(once, [] { ssh_init(); });
  std::unique_ptr<Session> session(new Session(std::move(socket), where));
  T0_CHECK(session->connect(cancel));
  T0_CHECK(session->read_host_key());
  return session;
}

Result<Unit> Session::connect(const Cancel& cancel) {
  Libssh& libssh = *libssh_;
  libssh.session = ssh_new();
  libssh.event = ssh_event_new();
  const int duplicate = ::dup(socket_.get());
  if (libssh.session == nullptr || libssh.event == nullptr || duplicate < 0 ||
      !set_options(libssh.session, duplicate))
    return Error{.code = Code::Internal, .message = "an SSH session could not be set up"};
  ssh_set_blocking(libssh.session, 0);
  ssh_set_counters(libssh.session, &libssh.wire, &libssh.raw);
  ssh_set_message_callback(libssh.session, refuse_request, nullptr);

  T0_TRY(const int rc, drive([&libssh] { return ssh_connect(libssh.session); }, SSH_AGAIN, cancel));
  if (rc != SSH_OK) return lost("does not speak SSH with us");
  return Unit{};
}

Result<Unit> Session::read_host_key() {
  ssh_key found = nullptr;
  if (ssh_get_server_publickey(libssh_->session, &found) != SSH_OK) return lost("shows no key");
  const Key key(found);
  unsigned char* hash = nullptr;
  std::size_t size = 0;
  if (ssh_get_publickey_hash(key.get(), SSH_PUBLICKEY_HASH_SHA256, &hash, &size) != 0)
    return lost("shows no usable key");
  char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
  ssh_clean_pubkey_hash(&hash);
  if (text == nullptr) return lost("shows no usable key");
  host_key_ = {.value = text, .algorithm = ssh_key_type_to_char(ssh_key_type(key.get()))};
  ssh_string_free_char(text);
  return Unit{};
}

Result<Unit> Session::authenticate(const std::string& user, const Secret& key,
                                   const Cancel& cancel) {
  T0_TRY(const Key parsed, parse_key(key));
  const auto log_in = [this, &user, &parsed] {
    return ssh_userauth_publickey(libssh_->session, user.c_str(), parsed.get());
  };
  T0_TRY(const int rc, drive(log_in, SSH_AUTH_AGAIN, cancel));
  if (rc == SSH_AUTH_SUCCESS) return Unit{};
  if (rc == SSH_AUTH_PARTIAL)
    return Error{.code = Code::SshAuth,
                 .message = where_ + " wants more than a key from the user " + user,
                 .hint = "let this user log in with its key alone"};
  if (rc == SSH_AUTH_DENIED)
    return Error{.code = Code::SshAuth,
                 .message = where_ + " refuses our key for the user " + user,
                 .hint = "check ssh.user, and that the key is in authorized_keys there"};
  return lost("ended the connection while we logged in");
}

Result<int> Session::drive(const std::function<int()>& call, int again, const Cancel& cancel) {
  for (;;) {
    const int rc = call();
    if (rc != again) {
      // A stop shuts the socket down, so what looks like a lost connection may be a cancel.
      if (rc < 0) T0_CHECK(cancel.check(SystemClock{}));
      return rc;
    }
    T0_CHECK(wait(cancel.deadline, cancel));
  }
}

void Session::watch(const Liveness& liveness) {
  liveness_ = liveness;
}

void Session::listen() {
  if (libssh_->wire.in_bytes == heard_bytes_) return;
  heard_bytes_ = libssh_->wire.in_bytes;
  heard_ = now();
  asked_.reset();
}

TimePoint Session::next_sign() const {
  if (!liveness_) return TimePoint::max();
  return asked_ ? *asked_ + liveness_->answer : heard_ + liveness_->silence;
}

Result<Unit> Session::ask_when_silent() {
  if (now() < next_sign()) return Unit{};
  if (asked_) return lost("gives no sign of life");
  // Where the answer to the last question has come meanwhile, libssh only takes note of it.
  const auto sent = libssh_->raw.out_packets;
  for (int attempt = 0; attempt < 2 && libssh_->raw.out_packets == sent; ++attempt)
    ssh_send_keepalive(libssh_->session);
  asked_ = now();
  return Unit{};
}

Result<Unit> Session::wait(TimePoint until, const Cancel& cancel) {
  T0_CHECK(cancel.check(SystemClock{}));
  const ShutdownOnStop on_stop(cancel.stop, socket_.get());
  // libssh makes its poll handle on first use, and only then can the event have it.
  if (ssh_event_add_session(libssh_->event, libssh_->session) != SSH_OK)
    return lost("closed the connection");
  const TimePoint latest = std::min({until, cancel.deadline, next_sign()});
  const int rc = ssh_event_dopoll(libssh_->event, poll_timeout(latest));
  T0_CHECK(cancel.check(SystemClock{}));
  if (rc == SSH_ERROR) return lost("closed the connection");
  listen();
  return ask_when_silent();
}

bool Session::stands() {
  const auto status = [this] {
    return (ssh_get_status(libssh_->session) & (SSH_CLOSED | SSH_CLOSED_ERROR)) == 0;
  };
  if (!status()) return false;
  return wait(now(), Cancel{}).has_value() && status();
}

}  // namespace tier0::ssh
