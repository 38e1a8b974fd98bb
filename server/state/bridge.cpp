#include "server/state/bridge.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "server/state/stop_fd.h"

namespace tier0 {
namespace {

constexpr std::size_t kBuffer = 64 * 1024;
// What a pipe that is ready surely takes at once; more could block the loop.
constexpr std::size_t kPipeWrite = 4096;

/// The two directions of one bridge, byte by byte; one thread.
class Carrier {
 public:
  Carrier(int client_in, int client_out, int server)
      : client_in_(client_in), client_out_(client_out), server_(server) {}

  /// None: go on.
  std::optional<BridgeEnd::Who> turn(const StopFd& stop, Result<Unit>& failure);
  std::string unsent() const { return open_line_ + to_server_; }

 private:
  using Ended = std::optional<BridgeEnd::Who>;

  std::array<pollfd, 5> wishes(const StopFd& stop) const;
  void read_client();
  Ended send_to_server();
  Ended read_server();
  Ended write_client();

  const int client_in_;
  const int client_out_;
  const int server_;
  bool client_ended_ = false;
  bool end_passed_on_ = false;
  bool server_ended_ = false;
  std::string to_server_;
  std::string to_client_;
  std::size_t written_ = 0;  // that many bytes of to_client_
  std::size_t whole_lines_ =
      0;  // that many bytes of it end in a newline: a torn line would spoil the next
  std::string open_line_;  // the part of a line that the server has taken without its end
};

pollfd when(bool wanted, int fd, short events) {
  return {wanted ? fd : -1, events, 0};
}

std::array<pollfd, 5> Carrier::wishes(const StopFd& stop) const {
  return {pollfd{stop.get(), POLLIN, 0},
          when(!client_ended_ && to_server_.size() < kBuffer, client_in_, POLLIN),
          when(!to_server_.empty(), server_, POLLOUT),
          when(!server_ended_ && whole_lines_ - written_ < kBuffer, server_, POLLIN),
          when(whole_lines_ > written_, client_out_, POLLOUT)};
}

Carrier::Ended Carrier::turn(const StopFd& stop, Result<Unit>& failure) {
  auto watched = wishes(stop);
  if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) {
    failure =
        Error{.code = Code::Internal,
              .message = "cannot wait for both sides: " + std::generic_category().message(errno),
              .hint = "This is a fault of tier0."};
    return BridgeEnd::Who::Stopped;
  }
  if (watched[0].revents != 0) return BridgeEnd::Who::Stopped;
  if (watched[1].revents != 0) read_client();
  if (watched[2].revents != 0)
    if (const Ended ended = send_to_server()) return ended;
  if (watched[3].revents != 0)
    if (const Ended ended = read_server()) return ended;
  if (watched[4].revents != 0)
    if (const Ended ended = write_client()) return ended;
  if (client_ended_ && to_server_.empty() && !end_passed_on_) {
    end_passed_on_ = true;
    ::shutdown(server_, SHUT_WR);
  }
  if (server_ended_ && whole_lines_ == written_)
    return client_ended_ && unsent().empty() ? BridgeEnd::Who::Client : BridgeEnd::Who::Server;
  return std::nullopt;
}

void Carrier::read_client() {
  std::array<char, kBuffer> buffer{};
  const ssize_t count = ::read(client_in_, buffer.data(), buffer.size());
  if (count > 0)
    to_server_.append(buffer.data(), static_cast<std::size_t>(count));
  else if (count == 0 || (errno != EINTR && errno != EAGAIN))
    client_ended_ = true;
}

Carrier::Ended Carrier::send_to_server() {
  const ssize_t count =
      ::send(server_, to_server_.data(), to_server_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0) {
    // What it still said before it went is read first; then the bridge ends.
    if (errno != EINTR && errno != EAGAIN && server_ended_) return BridgeEnd::Who::Server;
    return std::nullopt;
  }
  const std::string_view sent(to_server_.data(), static_cast<std::size_t>(count));
  const std::size_t end = sent.rfind('\n');
  if (end == std::string_view::npos)
    open_line_ += sent;
  else
    open_line_ = sent.substr(end + 1);
  to_server_.erase(0, sent.size());
  return std::nullopt;
}

Carrier::Ended Carrier::read_server() {
  std::array<char, kBuffer> buffer{};
  const ssize_t count = ::recv(server_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count > 0) {
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
    const std::size_t end = bytes.rfind('\n');
    if (end != std::string_view::npos) whole_lines_ = to_client_.size() + end + 1;
    to_client_ += bytes;
  } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
    server_ended_ = true;
  }
  return std::nullopt;
}

Carrier::Ended Carrier::write_client() {
  const ssize_t count = ::write(client_out_, to_client_.data() + written_,
                                std::min(whole_lines_ - written_, kPipeWrite));
  if (count < 0 && errno != EINTR && errno != EAGAIN) return BridgeEnd::Who::Client;
  if (count > 0) written_ += static_cast<std::size_t>(count);
  if (written_ < whole_lines_) return std::nullopt;
  to_client_.erase(0, written_);
  written_ = whole_lines_ = 0;
  return std::nullopt;
}

}  // namespace

Result<BridgeEnd> bridge(int client_in, int client_out, int server, const std::stop_token& stop) {
  const StopFd stopped(stop);
  Carrier carrier(client_in, client_out, server);
  Result<Unit> failure = Unit{};
  for (;;) {
    const auto ended = carrier.turn(stopped, failure);
    T0_CHECK(failure);
    if (ended) return BridgeEnd{.who = *ended, .unsent = carrier.unsent()};
  }
}

}  // namespace tier0
