#include "server/sandbox/host_channel.h"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "server/base/clock.h"
#include "server/sandbox/host_reply.h"
#include "server/sandbox/host_sftp.h"

namespace tier0::sandbox {
namespace {

constexpr std::size_t kLargestWrite = 32 * 1024;
constexpr auto kGoodbye = std::chrono::seconds(5);

}  // namespace

struct HostChannel::Libssh {
  ssh_session session = nullptr;
  ssh_channel channel = nullptr;
  ssh_channel_callbacks_struct callbacks = {};
  HostView& view;
  std::string vps;
  HostLogin login;

  std::optional<std::string> command = {};  // asked for, not begun yet
  std::optional<Reply> reply = {};
  std::unique_ptr<SftpServer> sftp = {};
  std::string outbox = {};    // of SFTP
  std::size_t piece = 0;      // of the reply, being sent
  std::uint64_t repeats = 0;  // of the piece, sent whole
  std::size_t sent = 0;       // bytes of the current repeat
  TimePoint due = TimePoint::max();
  TimePoint patience = TimePoint::max();  // for the client's close, after ours
  bool blocked = false;                   // until the client makes room, which it says
  bool input_ended = false;
  bool closed_there = false;

  Libssh(ssh_session of, HostView& seen, std::string of_vps, HostLogin by)
      : session(of), view(seen), vps(std::move(of_vps)), login(std::move(by)) {}
  Libssh(const Libssh&) = delete;
  Libssh& operator=(const Libssh&) = delete;
  ~Libssh() {
    if (channel == nullptr) return;
    ssh_remove_channel_callbacks(channel, &callbacks);
    if (ssh_channel_close(channel) == SSH_AGAIN) ssh_channel_close(channel);
    ssh_channel_free(channel);
  }

  static int on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int,
                     void* self) noexcept {
    auto& me = *static_cast<Libssh*>(self);
    // No program of the table reads its input.
    if (me.sftp) me.outbox += me.sftp->receive({static_cast<const char*>(data), size});
    return static_cast<int>(size);
  }
  static void on_eof(ssh_session, ssh_channel, void* self) noexcept {
    static_cast<Libssh*>(self)->input_ended = true;
  }
  static void on_close(ssh_session, ssh_channel, void* self) noexcept {
    static_cast<Libssh*>(self)->closed_there = true;
  }
  static int on_execute(ssh_session, ssh_channel, const char* line, void* self) noexcept {
    auto& me = *static_cast<Libssh*>(self);
    if (me.command || me.reply || me.sftp) return 1;
    me.command = line;
    return 0;
  }
  static int on_subsystem(ssh_session, ssh_channel, const char* name, void* self) noexcept {
    auto& me = *static_cast<Libssh*>(self);
    if (me.command || me.reply || me.sftp || std::string_view(name) != "sftp") return 1;
    // A key that may only run one command may not read files either.
    if (!me.login.forced_command.empty()) return 1;
    me.sftp = std::make_unique<SftpServer>(me.view, me.vps, me.login.user);
    return 0;
  }

  bool begin() {
    const auto state = view.host(vps);
    if (!state) return false;
    const HostCall call{.view = view,
                        .state = *state,
                        .user = login.user,
                        .now = view.now(),
                        .facts = host_facts(*state)};
    reply = reply_to(call, login.forced_command.empty() ? *command : login.forced_command);
    command.reset();
    arm();
    return true;
  }

  /// Sets when the current piece is due.
  void arm() {
    due = piece < reply->pieces.size() ? steady_now() + reply->pieces[piece].before
                                       : TimePoint::max();
  }

  std::size_t write(std::string_view bytes, bool to_err) {
    const auto size = static_cast<std::uint32_t>(std::min(bytes.size(), kLargestWrite));
    const int written = to_err ? ssh_channel_write_stderr(channel, bytes.data(), size)
                               : ssh_channel_write(channel, bytes.data(), size);
    return written > 0 ? static_cast<std::size_t>(written) : 0;
  }

  /// False once the client takes no more for now.
  bool send_piece() {
    const ReplyPiece& current = reply->pieces[piece];
    while (!current.bytes.empty() && repeats < current.times) {
      const std::size_t written =
          write(std::string_view(current.bytes).substr(sent), current.to_err);
      if (written == 0) return false;
      sent += written;
      if (sent < current.bytes.size()) continue;
      sent = 0;
      ++repeats;
    }
    repeats = 0;
    return true;
  }

  /// True once all pieces are out.
  bool send_reply() {
    while (piece < reply->pieces.size()) {
      if (steady_now() < due) return false;
      blocked = !send_piece();
      if (blocked) return false;
      ++piece;
      arm();
    }
    return true;
  }

  bool flushed() const { return (ssh_get_poll_flags(session) & SSH_WRITE_PENDING) == 0; }

  void finish(int exit_code) {
    ssh_channel_request_send_exit_status(channel, exit_code);
    ssh_channel_send_eof(channel);
    if (ssh_channel_close(channel) == SSH_AGAIN) ssh_channel_close(channel);
    patience = steady_now() + kGoodbye;
  }

  State advance_reply() {
    if (!send_reply()) return State::Open;
    if (reply->end == Reply::End::Hang) return State::Open;
    if (reply->end == Reply::End::Drop) return flushed() ? State::DropsConnection : State::Open;
    finish(reply->exit_code);
    return State::Open;
  }

  State advance_sftp() {
    while (!outbox.empty()) {
      const std::size_t written = write(outbox, false);
      if (written == 0) return State::Open;
      outbox.erase(0, written);
    }
    if (sftp->broken() || input_ended) finish(sftp->broken() ? 1 : 0);
    return State::Open;
  }
};

HostChannel::HostChannel(std::unique_ptr<Libssh> libssh) : libssh_(std::move(libssh)) {}
HostChannel::~HostChannel() = default;

std::unique_ptr<HostChannel> HostChannel::open(ssh_session_struct* session, HostView& view,
                                               const std::string& vps, const HostLogin& login) {
  auto libssh = std::make_unique<Libssh>(session, view, vps, login);
  libssh->channel = ssh_channel_new(session);
  if (libssh->channel == nullptr) return nullptr;
  ssh_channel_callbacks_struct& callbacks = libssh->callbacks;
  callbacks.userdata = libssh.get();
  callbacks.channel_data_function = Libssh::on_data;
  callbacks.channel_eof_function = Libssh::on_eof;
  callbacks.channel_close_function = Libssh::on_close;
  callbacks.channel_exec_request_function = Libssh::on_execute;
  callbacks.channel_subsystem_request_function = Libssh::on_subsystem;
  ssh_callbacks_init(&callbacks);
  ssh_set_channel_callbacks(libssh->channel, &callbacks);
  return std::unique_ptr<HostChannel>(new HostChannel(std::move(libssh)));
}

ssh_channel_struct* HostChannel::handle() const {
  return libssh_->channel;
}

HostChannel::State HostChannel::advance() {
  if (libssh_->closed_there || steady_now() >= libssh_->patience) return State::Ended;
  if (libssh_->patience != TimePoint::max()) return State::Open;
  if (libssh_->command && !libssh_->begin()) return State::DropsConnection;
  if (libssh_->reply) return libssh_->advance_reply();
  if (libssh_->sftp) return libssh_->advance_sftp();
  return State::Open;
}

TimePoint HostChannel::next() const {
  return libssh_->blocked ? libssh_->patience : std::min(libssh_->due, libssh_->patience);
}

}  // namespace tier0::sandbox
