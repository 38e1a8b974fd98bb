#include "server/state/local_client.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <system_error>

#include "server/state/line_io.h"
#include "server/state/socket_address.h"

namespace tier0 {
namespace {

constexpr std::chrono::milliseconds kAskAgain{10};
constexpr std::size_t kAnswerLimit = 64 * 1024;
constexpr std::size_t kAdminLimit = 64 * 1024 * 1024;

Error cannot_connect(int code) {
  if (code == ENOENT || code == ECONNREFUSED)
    return {.code = Code::NotFound,
            .message = "no server is listening on this state directory's socket",
            .hint = "Start one with `tier0 serve`, or check --state and --socket."};
  if (code == EACCES || code == EPERM)
    return {.code = Code::Forbidden,
            .message = "the server's socket is not open to this user",
            .hint = "Ask its owner for `socket: {group: …}` and to be put into that group."};
  return {.code = Code::Internal,
          .message = "cannot connect to the server: " + std::generic_category().message(code),
          .hint = "See the log of the server."};
}

/// The connection, made without ever blocking: a full backlog is asked again.
Result<OwnedFd> connect_to(const std::filesystem::path& socket, const Clock& clock,
                           const Cancel& cancel) {
  T0_TRY(const SocketAddress address, SocketAddress::of(socket));
  OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return cannot_connect(errno);
  for (;;) {
    T0_CHECK(cancel.check(clock));
    if (::connect(fd.get(), address.get(), address.size()) == 0) break;
    if (errno != EAGAIN && errno != EINTR) return cannot_connect(errno);
    clock.wait_until(std::min(clock.now() + kAskAgain, cancel.deadline), cancel.stop);
  }
  // From here on a plain blocking stream, as stdin and stdout are.
  const int flags = ::fcntl(fd.get(), F_GETFL);
  if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags & ~O_NONBLOCK) != 0)
    return cannot_connect(errno);
  return fd;
}

Error server_left() {
  return {.code = Code::NotFound,
          .message = "the server left before it answered",
          .hint = "Ask again; it may be starting anew."};
}

Result<Json> read_answer(int fd, std::size_t limit, const Clock& clock, const Cancel& cancel) {
  T0_TRY(const std::optional<std::string> line, read_line(fd, limit, clock, cancel));
  if (!line) return server_left();
  return parse_json(*line, {.bytes = limit});
}

}  // namespace

Result<OwnedFd> connect_local(const std::filesystem::path& socket, const Hello& hello,
                              const Clock& clock, const Cancel& cancel) {
  T0_TRY(OwnedFd fd, connect_to(socket, clock, cancel));
  // A refusal may come before the hello was read, so a failed write is told by what there is to
  // read.
  (void)write_line(fd.get(), dump_json(to_json(hello)), clock, cancel);
  T0_TRY(const Json answer, read_answer(fd.get(), kAnswerLimit, clock, cancel));
  const Json* const ok = find_member(answer, "ok");
  if (ok == nullptr || *ok != true) return parse_error(answer);
  return fd;
}

Result<AdminClient> AdminClient::connect(const std::filesystem::path& socket, Hello hello,
                                         const Clock& clock, const Cancel& cancel) {
  hello.purpose = Hello::Purpose::Admin;
  T0_TRY(OwnedFd fd, connect_local(socket, hello, clock, cancel));
  return AdminClient(std::move(fd), clock);
}

Result<Json> AdminClient::call(const Json& request, const Cancel& cancel) {
  T0_CHECK(write_line(fd_.get(), dump_json(request), *clock_, cancel));
  return read_answer(fd_.get(), kAdminLimit, *clock_, cancel);
}

}  // namespace tier0
