#include "server/sandbox/host_port.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace tier0::sandbox {
namespace {

constexpr int kBacklog = 64;

/// Bound to that port, or to a free one for 0. Sockets of one user may share a port if all say so
/// beforehand (SO_REUSEPORT); only a listening one gets connections.
OwnedFd bound_socket(int port) {
  OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0 ||
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return OwnedFd();
  return socket;
}

Error no_port() {
  return {.code = Code::Internal, .message = "no port of 127.0.0.1 could be had"};
}

}  // namespace

Result<HostPort> HostPort::reserve() {
  HostPort port;
  port.reservation_ = bound_socket(0);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (!port.reservation_ ||
      ::getsockname(port.reservation_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return no_port();
  port.number_ = ntohs(address.sin_port);
  return port;
}

Result<Unit> HostPort::open() {
  if (is_open()) return Unit{};
  OwnedFd socket = bound_socket(number_);
  if (!socket || ::listen(socket.get(), kBacklog) != 0) return no_port();
  listener_ = std::move(socket);
  return Unit{};
}

OwnedFd HostPort::accept() const {
  OwnedFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  const int on = 1;
  if (socket) ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

}  // namespace tier0::sandbox
