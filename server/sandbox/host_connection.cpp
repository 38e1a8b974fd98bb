#include "server/sandbox/host_connection.h"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "server/base/clock.h"
#include "server/sandbox/host_channel.h"
#include "server/sandbox/host_login.h"

namespace tier0::sandbox {
namespace {

constexpr auto kLoginGrace = std::chrono::seconds(30);
constexpr int kMostAttempts = 12;  // each key counts twice: once offered, once used
constexpr std::size_t kMostChannels = 10;

struct BindFree {
  void operator()(ssh_bind_struct* bind) const { ssh_bind_free(bind); }
};

/// Gives the session the socket and the host's key. libssh closes the socket from then on.
bool set_up(ssh_session session, OwnedFd socket, const HostKey& key) {
  const std::unique_ptr<ssh_bind_struct, BindFree> bind(ssh_bind_new());
  const bool no = false;
  if (!bind || ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_PROCESS_CONFIG, &no) != SSH_OK ||
      ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_BANNER, "tier0-sandbox") != SSH_OK)
    return false;
  ssh_key copy = ssh_key_dup(key.get());
  if (copy == nullptr) return false;
  if (ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_IMPORT_KEY, copy) != SSH_OK) {
    ssh_key_free(copy);
    return false;
  }
  if (ssh_bind_accept_fd(bind.get(), session, socket.get()) != SSH_OK) return false;
  socket.release();
  ssh_set_blocking(session, 0);
  return true;
}

}  // namespace

struct HostConnection::Libssh {
  ssh_session session = nullptr;
  ssh_event event = nullptr;
  ssh_server_callbacks_struct callbacks = {};
  HostView& view;
  std::string vps;
  TimePoint grace = steady_now() + kLoginGrace;
  bool keys_exchanged = false;
  int attempts = 0;
  std::optional<HostLogin> login = {};
  std::vector<std::unique_ptr<HostChannel>> channels = {};

  Libssh(HostView& seen, std::string of_vps) : view(seen), vps(std::move(of_vps)) {}
  Libssh(const Libssh&) = delete;
  Libssh& operator=(const Libssh&) = delete;
  ~Libssh() {
    // First, so that libssh does not answer what it still finds on the way out.
    if (session != nullptr) ::shutdown(ssh_get_fd(session), SHUT_RDWR);
    channels.clear();
    if (event != nullptr) {
      ssh_event_remove_session(event, session);
      ssh_event_free(event);
    }
    ssh_free(session);
  }

  static int on_key(ssh_session, const char* user, ssh_key_struct* key, char signature,
                    void* self) noexcept {
    auto& me = *static_cast<Libssh*>(self);
    if (signature != SSH_PUBLICKEY_STATE_NONE && signature != SSH_PUBLICKEY_STATE_VALID)
      return SSH_AUTH_DENIED;
    char* text = nullptr;
    if (ssh_pki_export_pubkey_base64(key, &text) != SSH_OK) return SSH_AUTH_DENIED;
    const std::string shown = text;
    ssh_string_free_char(text);
    const auto state = me.view.host(me.vps);
    auto found = state ? login_by_key(*state, user, shown) : std::nullopt;
    ++me.attempts;
    if (!found) return SSH_AUTH_DENIED;
    if (signature == SSH_PUBLICKEY_STATE_VALID) me.login = std::move(found);
    return SSH_AUTH_SUCCESS;
  }
  static int on_password(ssh_session, const char* user, const char* password, void* self) noexcept {
    auto& me = *static_cast<Libssh*>(self);
    ++me.attempts;
    const auto state = me.view.host(me.vps);
    me.login = state ? login_by_password(*state, user, password) : std::nullopt;
    return me.login ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
  }
  static ssh_channel on_channel(ssh_session session, void* self) noexcept {
    auto& me = *static_cast<Libssh*>(self);
    if (!me.login || me.channels.size() >= kMostChannels) return nullptr;
    auto channel = HostChannel::open(session, me.view, me.vps, *me.login);
    if (!channel) return nullptr;
    me.channels.push_back(std::move(channel));
    return me.channels.back()->handle();
  }

  /// False where the client speaks no SSH.
  bool exchange_keys() {
    const int rc = ssh_handle_key_exchange(session);
    keys_exchanged = rc == SSH_OK;
    // Only now has libssh the poll handle that the event takes over.
    return rc != SSH_ERROR && ssh_event_add_session(event, session) == SSH_OK;
  }

  bool advance_channels() {
    for (std::size_t i = 0; i < channels.size();) {
      const HostChannel::State state = channels[i]->advance();
      if (state == HostChannel::State::DropsConnection) return false;
      if (state == HostChannel::State::Open) {
        ++i;
        continue;
      }
      channels.erase(channels.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return true;
  }
};

HostConnection::HostConnection(std::unique_ptr<Libssh> libssh) : libssh_(std::move(libssh)) {}
HostConnection::~HostConnection() = default;

std::unique_ptr<HostConnection> HostConnection::accept(OwnedFd socket, const HostKey& key,
                                                       HostView& view, const HostState& host) {
  auto libssh = std::make_unique<Libssh>(view, host.vps);
  libssh->session = ssh_new();
  libssh->event = ssh_event_new();
  if (libssh->session == nullptr || libssh->event == nullptr ||
      !set_up(libssh->session, std::move(socket), key))
    return nullptr;
  ssh_server_callbacks_struct& callbacks = libssh->callbacks;
  callbacks.userdata = libssh.get();
  callbacks.auth_pubkey_function = Libssh::on_key;
  callbacks.auth_password_function = Libssh::on_password;
  callbacks.channel_open_request_session_function = Libssh::on_channel;
  ssh_callbacks_init(&callbacks);
  ssh_set_server_callbacks(libssh->session, &callbacks);
  ssh_set_auth_methods(libssh->session, host.power == Power::Rescue ? SSH_AUTH_METHOD_PASSWORD
                                                                    : SSH_AUTH_METHOD_PUBLICKEY);
  return std::unique_ptr<HostConnection>(new HostConnection(std::move(libssh)));
}

int HostConnection::socket() const {
  return ssh_get_fd(libssh_->session);
}

short HostConnection::events() const {
  const bool writes = (ssh_get_poll_flags(libssh_->session) & SSH_WRITE_PENDING) != 0;
  return static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN);
}

bool HostConnection::advance() {
  if (!libssh_->login && (steady_now() >= libssh_->grace || libssh_->attempts > kMostAttempts))
    return false;
  if (!libssh_->keys_exchanged && !libssh_->exchange_keys()) return false;
  if (ssh_event_dopoll(libssh_->event, 0) == SSH_ERROR) return false;
  const int status = ssh_get_status(libssh_->session);
  if ((status & (SSH_CLOSED | SSH_CLOSED_ERROR)) != 0 || socket() < 0) return false;
  return libssh_->advance_channels();
}

TimePoint HostConnection::next() const {
  TimePoint next = libssh_->login ? TimePoint::max() : libssh_->grace;
  for (const auto& channel : libssh_->channels) next = std::min(next, channel->next());
  return next;
}

}  // namespace tier0::sandbox
