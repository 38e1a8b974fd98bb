#include "server/ssh/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

namespace tier0::ssh {
namespace {

Error unreachable(const std::string& where, const std::string& problem) {
  return {.code = Code::SshUnreachable,
          .message = where + " " + problem,
          .hint = "check that the machine runs, and that its firewall and sshd let us in"};
}

std::string problem_of(int error) {
  switch (error) {
    case ECONNREFUSED:
      return "refuses connections";
    case EHOSTUNREACH:
    case ENETUNREACH:
      return "cannot be reached: no route";
    case ETIMEDOUT:
      return "does not answer";
    default:
      return "cannot be reached";
  }
}

/// 0, or the errno of the connection attempt.
int outcome(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

Result<Unit> wait_connected(int socket, const std::string& where, const Cancel& cancel) {
  const ShutdownOnStop on_stop(cancel.stop, socket);
  for (;;) {
    T0_CHECK(cancel.check(SystemClock{}));
    pollfd waiting{.fd = socket, .events = POLLOUT, .revents = 0};
    const int ready = ::poll(&waiting, 1, poll_timeout(cancel.deadline));
    if (ready < 0 && errno != EINTR) return unreachable(where, "cannot be reached");
    if (ready <= 0) continue;
    T0_CHECK(cancel.check(SystemClock{}));
    const int error = outcome(socket);
    if (error != 0) return unreachable(where, problem_of(error));
    return Unit{};
  }
}

Result<OwnedFd> connect_one(const Endpoint& endpoint, const std::string& where,
                            const Cancel& cancel) {
  OwnedFd socket(
      ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket)
    return Error{.code = Code::Internal, .message = "no socket could be opened for " + where};
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

  const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
  if (::connect(socket.get(), address, endpoint.size) != 0 && errno != EINPROGRESS)
    return unreachable(where, problem_of(errno));
  T0_CHECK(wait_connected(socket.get(), where, cancel));
  return socket;
}

}  // namespace

TimePoint now() {
  return SystemClock{}.now();
}

int poll_timeout(TimePoint when) {
  const TimePoint present = now();
  if (when <= present) return 0;
  const auto left = std::min<TimePoint::duration>(when - present, std::chrono::hours(1));
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
}

void ShutdownOnStop::Shutdown::operator()() const noexcept {
  ::shutdown(socket, SHUT_RDWR);
}

Result<OwnedFd> connect_tcp(const std::vector<Endpoint>& endpoints, const std::string& where,
                            const Cancel& cancel) {
  Error last = unreachable(where, "has no address");
  for (std::size_t tried = 0; tried < endpoints.size(); ++tried) {
    T0_CHECK(cancel.check(SystemClock{}));
    // An address that swallows packets must not use up the time of the next one.
    const auto others = static_cast<int>(endpoints.size() - tried);
    const TimePoint present = now();
    const TimePoint share = cancel.deadline == TimePoint::max()
                                ? cancel.deadline
                                : present + (cancel.deadline - present) / others;
    auto socket = connect_one(endpoints[tried], where, cancel.sooner(share));
    if (socket || socket.error().code == Code::Cancelled) return socket;
    last = std::move(socket).error();
  }
  return last;
}

}  // namespace tier0::ssh
