#include "server/ssh/channel.h"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <algorithm>

#include "server/base/text.h"

namespace tier0::ssh {
namespace {

constexpr std::size_t kLargestWrite = 32 * 1024;
constexpr std::size_t kLongestSignalName = 32;

Error refused(const std::string& message, const std::string& hint) {
  return {.code = Code::Forbidden, .message = message, .hint = hint};
}

}  // namespace

struct Channel::Libssh {
  ssh_channel channel = nullptr;
  ssh_channel_callbacks_struct callbacks = {};
  Receiver receiver;
  bool ended = false;
  std::optional<int> exit_code = {};
  std::string exit_signal = {};

  // noexcept: an exception cannot pass through libssh's frames.
  static int on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr,
                     void* self) noexcept {
    static_cast<Libssh*>(self)->receiver(is_stderr != 0 ? Stream::Err : Stream::Out,
                                         {static_cast<const char*>(data), size});
    return static_cast<int>(size);
  }
  static void on_close(ssh_session, ssh_channel, void* self) noexcept {
    static_cast<Libssh*>(self)->ended = true;
  }
  static void on_exit_code(ssh_session, ssh_channel, int code, void* self) noexcept {
    static_cast<Libssh*>(self)->exit_code = code;
  }
  static void on_exit_signal(ssh_session, ssh_channel, const char* name, int, const char*,
                             const char*, void* self) noexcept {
    static_cast<Libssh*>(self)->exit_signal = clean_text(name, kLongestSignalName);
  }

  ~Libssh() {
    if (channel == nullptr) return;
    ssh_remove_channel_callbacks(channel, &callbacks);
    // Twice: the first call may only get as far as ending our input.
    if (ssh_channel_close(channel) == SSH_AGAIN) ssh_channel_close(channel);
    ssh_channel_free(channel);
  }
};

Channel::Channel(Session& session, Receiver receiver)
    : session_(session), libssh_(std::make_unique<Libssh>()) {
  libssh_->receiver = std::move(receiver);
  ssh_channel_callbacks_struct& callbacks = libssh_->callbacks;
  callbacks.userdata = libssh_.get();
  callbacks.channel_data_function = Libssh::on_data;
  callbacks.channel_close_function = Libssh::on_close;
  callbacks.channel_exit_status_function = Libssh::on_exit_code;
  callbacks.channel_exit_signal_function = Libssh::on_exit_signal;
  ssh_callbacks_init(&callbacks);
}

Channel::~Channel() {
  if (!libssh_->ended) session_.spoil();
}

Result<std::unique_ptr<Channel>> Channel::open(Session& session, Receiver receiver,
                                               const Cancel& cancel) {
  std::unique_ptr<Channel> made(new Channel(session, std::move(receiver)));
  ssh_channel channel = ssh_channel_new(session.handle());
  if (channel == nullptr)
    return Error{.code = Code::SshUnreachable,
                 .message = session.where() + " closed the connection",
                 .hint = "try again"};
  made->libssh_->channel = channel;
  ssh_add_channel_callbacks(channel, &made->libssh_->callbacks);
  T0_TRY(const int rc,
         session.drive([channel] { return ssh_channel_open_session(channel); }, SSH_AGAIN, cancel));
  if (rc != SSH_OK)
    return Error{.code = Code::SshUnreachable,
                 .message = session.where() + " opens no session for us",
                 .hint = "check MaxSessions and the log of sshd there"};
  return made;
}

Result<Unit> Channel::execute(const std::string& line, const Cancel& cancel) {
  const auto request = [this, &line] {
    return ssh_channel_request_exec(libssh_->channel, line.c_str());
  };
  auto rc = session_.drive(request, SSH_AGAIN, cancel);
  if (!rc) {
    rc.error().maybe_done = true;
    return std::move(rc).error();
  }
  if (*rc == SSH_OK) return Unit{};
  if (session_.stands())
    return refused(session_.where() + " does not let us run programs",
                   "check the shell of our user and ForceCommand in sshd_config there");
  return Error{.code = Code::SshUnreachable,
               .message = session_.where() + " closed the connection",
               .hint = "check what the machine did before trying again",
               .maybe_done = true};
}

Result<Unit> Channel::start_subsystem(const std::string& name, const Cancel& cancel) {
  const auto request = [this, &name] {
    return ssh_channel_request_subsystem(libssh_->channel, name.c_str());
  };
  T0_TRY(const int rc, session_.drive(request, SSH_AGAIN, cancel));
  if (rc == SSH_OK) return Unit{};
  return refused(session_.where() + " has no subsystem " + name,
                 "add \"Subsystem " + name + " internal-sftp\" to sshd_config there");
}

std::size_t Channel::write(std::string_view bytes) {
  const auto size = static_cast<std::uint32_t>(std::min(bytes.size(), kLargestWrite));
  const int written = ssh_channel_write(libssh_->channel, bytes.data(), size);
  return written > 0 ? static_cast<std::size_t>(written) : 0;
}

void Channel::end_input() {
  ssh_channel_send_eof(libssh_->channel);
}

bool Channel::ended() const {
  return libssh_->ended;
}

const std::optional<int>& Channel::exit_code() const {
  return libssh_->exit_code;
}

const std::string& Channel::exit_signal() const {
  return libssh_->exit_signal;
}

}  // namespace tier0::ssh
