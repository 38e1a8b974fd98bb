#include "server/state/line_io.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <limits>
#include <system_error>

#include "server/state/stop_fd.h"

namespace tier0 {
namespace {

using std::chrono::milliseconds;

Error socket_failed(int code) {
  const bool gone = code == EPIPE || code == ECONNRESET;
  return {.code = gone ? Code::NotFound : Code::Internal,
          .message = gone ? "the other side of the local socket is gone"
                          : "the local socket failed: " + std::generic_category().message(code),
          .hint = "Try again; if it stays so, see the log of the server."};
}

/// How long poll may wait; rounded up, so that it does not spin before the deadline.
int poll_time(TimePoint deadline, const Clock& clock) {
  if (deadline == TimePoint::max()) return -1;
  const auto left = std::chrono::ceil<milliseconds>(deadline - clock.now());
  if (left <= milliseconds(0)) return 0;
  return left.count() > std::numeric_limits<int>::max() ? std::numeric_limits<int>::max()
                                                        : static_cast<int>(left.count());
}

Result<Unit> wait_for(int socket, short events, const StopFd& stop, const Clock& clock,
                      const Cancel& cancel) {
  for (;;) {
    T0_CHECK(cancel.check(clock));
    std::array<pollfd, 2> watched = {pollfd{socket, events, 0}, pollfd{stop.get(), POLLIN, 0}};
    const int ready = ::poll(watched.data(), watched.size(), poll_time(cancel.deadline, clock));
    if (ready < 0 && errno != EINTR) return socket_failed(errno);
    if (ready > 0 && watched[0].revents != 0) return Unit{};
  }
}

/// Takes exactly `count` bytes that are known to be there.
bool take(int socket, std::array<char, 65536>& buffer, std::size_t count) {
  return ::recv(socket, buffer.data(), count, 0) == static_cast<ssize_t>(count);
}

}  // namespace

Result<std::optional<std::string>> read_line(int socket, std::size_t limit, const Clock& clock,
                                             const Cancel& cancel) {
  const StopFd stop(cancel.stop);
  std::array<char, 65536> buffer{};
  std::string line;
  for (;;) {
    T0_CHECK(wait_for(socket, POLLIN, stop, clock, cancel));
    const ssize_t seen = ::recv(socket, buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
    if (seen < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (seen < 0 && errno != ECONNRESET) return socket_failed(errno);
    if (seen <= 0) return std::optional<std::string>();
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(seen));
    const std::size_t end = bytes.find('\n');
    line += bytes.substr(0, end);
    if (line.size() > limit)
      return Error{.code = Code::Validation,
                   .message = "a line on the local socket is too long",
                   .hint = "Send at most " + std::to_string(limit) + " bytes."};
    const bool complete = end != std::string_view::npos;
    if (!take(socket, buffer, complete ? end + 1 : bytes.size())) return socket_failed(EIO);
    if (complete) return std::optional(std::move(line));
  }
}

Result<Unit> write_line(int socket, std::string_view text, const Clock& clock,
                        const Cancel& cancel) {
  const StopFd stop(cancel.stop);
  const std::string line = std::string(text) + "\n";
  std::string_view rest = line;
  while (!rest.empty()) {
    T0_CHECK(wait_for(socket, POLLOUT, stop, clock, cancel));
    const ssize_t sent = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (sent < 0) return socket_failed(errno);
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return Unit{};
}

}  // namespace tier0
