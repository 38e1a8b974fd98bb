#include "server/transport/http_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace tier0::transport {
namespace {

constexpr std::size_t kReadSize = std::size_t{4} * 1024;

int milliseconds_until(TimePoint deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 3'600'000));
}

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

BufferedSocket::BufferedSocket(Descriptor socket, const HttpLimits& limits)
    : socket_(std::move(socket)), limits_(limits) {}

bool BufferedSocket::wait(short events, TimePoint deadline) const {
  while (true) {
    pollfd poll_fd{.fd = socket_.get(), .events = events, .revents = 0};
    const int ready = ::poll(&poll_fd, 1, milliseconds_until(deadline));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    if (steady_now() >= deadline) return false;
  }
}

BufferedSocket::Arrival BufferedSocket::wait_for_bytes(std::chrono::milliseconds longest,
                                                       int stop_fd) {
  if (taken_ < buffer_.size()) return Arrival::Bytes;
  const TimePoint deadline = steady_now() + longest;
  while (true) {
    std::array<pollfd, 2> fds{{{.fd = socket_.get(), .events = POLLIN, .revents = 0},
                               {.fd = stop_fd, .events = POLLIN, .revents = 0}}};
    const int ready = ::poll(fds.data(), fds.size(), milliseconds_until(deadline));
    if (ready < 0 && errno != EINTR) return Arrival::Gone;
    if (fds[1].revents != 0) return Arrival::Stopped;
    if (fds[0].revents != 0) return Arrival::Bytes;
    if (steady_now() >= deadline) return Arrival::Nothing;
  }
}

ssize_t BufferedSocket::receive(char* to, std::size_t size, TimePoint deadline) {
  while (true) {
    const ssize_t count = ::recv(socket_.get(), to, size, MSG_DONTWAIT);
    if (count >= 0 || !would_block()) return count;
    if (!wait(POLLIN, deadline)) return -1;
  }
}

bool BufferedSocket::fill(TimePoint deadline) {
  std::array<char, kReadSize> bytes;
  const ssize_t count = receive(bytes.data(), bytes.size(), deadline);
  if (count > 0) buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0;
}

/// Small reads, as of a chunk's size line, go through the buffer; large ones go where they belong.
ssize_t BufferedSocket::receive_more(char* to, std::size_t size) {
  if (size >= kReadSize) return receive(to, size, body_deadline_);
  buffer_.clear();
  taken_ = 0;
  if (!fill(body_deadline_)) return -1;
  const std::size_t count = std::min(size, buffer_.size());
  std::copy_n(buffer_.data(), count, to);
  taken_ = count;
  return static_cast<ssize_t>(count);
}

std::variant<std::string_view, HeadFault, BufferedSocket::Lost> BufferedSocket::peek_head() {
  buffer_.erase(0, taken_);
  taken_ = 0;
  const TimePoint deadline = steady_now() + limits_.head_time;
  while (true) {
    // RFC 9112 section 2.2: empty lines before a request line are passed over.
    while (buffer_.compare(0, 2, "\r\n") == 0) buffer_.erase(0, 2);
    const auto length = head_length(buffer_);
    if (length && *length <= kMaxHead) return std::string_view(buffer_).substr(0, *length);
    if (buffer_.size() > kMaxHead) return HeadFault{431, "header too large"};
    if (fill(deadline)) continue;
    if (steady_now() >= deadline && !buffer_.empty())
      return HeadFault{408, "header not received in time"};
    return Lost{};
  }
}

void BufferedSocket::begin_request(std::size_t head, std::size_t body) {
  allowance_ = head + body;
  refused_ = false;
  body_deadline_ = steady_now() + limits_.body_time;
}

ssize_t BufferedSocket::read(char* to, std::size_t size) {
  if (refused_ || allowance_ == 0) return 0;
  const std::size_t wanted = std::min(size, allowance_);
  std::size_t count = std::min(wanted, buffer_.size() - taken_);
  if (count > 0) {
    std::copy_n(buffer_.data() + taken_, count, to);
    taken_ += count;
  } else {
    if (!flush()) return -1;  // The peer may be waiting for "100 Continue".
    const ssize_t received = receive_more(to, wanted);
    if (received <= 0) return received;
    count = static_cast<std::size_t>(received);
  }
  allowance_ -= count;
  return static_cast<ssize_t>(count);
}

bool BufferedSocket::flush() {
  std::string_view rest = unsent_;
  TimePoint deadline = TimePoint::max();
  while (!rest.empty()) {
    const ssize_t count =
        ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
      deadline = TimePoint::max();
      continue;
    }
    if (!would_block()) return false;
    if (deadline == TimePoint::max()) deadline = steady_now() + limits_.write_time;
    if (!wait(POLLOUT, deadline)) return false;
  }
  unsent_.clear();
  return true;
}

bool BufferedSocket::is_peer_gone() const {
  pollfd poll_fd{.fd = socket_.get(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&poll_fd, 1, 0) != 0;
}

void BufferedSocket::interrupt() {
  ::shutdown(socket_.get(), SHUT_RDWR);
}

}  // namespace tier0::transport
