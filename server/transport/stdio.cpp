#include "server/transport/stdio.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "server/transport/line_reader.h"
#include "server/transport/line_writer.h"

namespace tier0::transport {
namespace {

constexpr std::size_t kLineRead = std::size_t{64} * 1024;
// How late a writer that failed is noticed while the client sends nothing.
constexpr int kInputPollMs = 1000;

Error failure(std::string message) {
  return {.code = Code::Upstream, .message = std::move(message)};
}

/// Makes a stop end a poll().
class Waker {
 public:
  explicit Waker(const std::stop_token& stop)
      : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), on_stop_(stop, Ring{event_.get()}) {}

  int fd() const { return event_.get(); }

 private:
  struct Ring {
    int fd;
    void operator()() const {
      const std::uint64_t one = 1;
      [[maybe_unused]] const ssize_t written = ::write(fd, &one, sizeof(one));
    }
  };

  Descriptor event_;
  std::stop_callback<Ring> on_stop_;
};

}  // namespace

Result<Unit> StdioTransport::serve(const std::stop_token& stop) {
  const auto writer = std::make_shared<LineWriter>(out_);
  const auto peer = endpoint_.connect(caller_, writer);
  const Ended ended = read_lines(*peer, *writer, stop);
  if (ended == Ended::Stop) peer->shut_down();
  peer->close();
  writer->finish(options_.flush);
  if (ended == Ended::Failure) return failure("the client's input cannot be read");
  if (writer->has_failed()) return failure("the client does not read its answers");
  return Unit{};
}

StdioTransport::Ended StdioTransport::read_lines(mcp::Peer& peer, const LineWriter& writer,
                                                 const std::stop_token& stop) {
  const Waker waker(stop);
  LineReader lines(options_.line, {.line = [&peer](std::string_view line) { peer.receive(line); },
                                   .too_long = [&peer] { peer.receive_too_long(); }});
  std::vector<char> buffer(kLineRead);
  while (!stop.stop_requested() && !writer.has_failed()) {
    std::array<pollfd, 2> ready = {{{.fd = in_, .events = POLLIN, .revents = 0},
                                    {.fd = waker.fd(), .events = POLLIN, .revents = 0}}};
    const int polled = ::poll(ready.data(), ready.size(), kInputPollMs);
    if (polled < 0 && errno != EINTR) return Ended::Failure;
    if (polled <= 0 || ready[0].revents == 0) continue;
    const ssize_t got = ::read(in_, buffer.data(), buffer.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return Ended::Failure;
    if (got == 0) {
      lines.finish();
      return Ended::Input;
    }
    lines.feed({buffer.data(), static_cast<std::size_t>(got)});
  }
  return Ended::Stop;
}

Result<Descriptor> claim_stdout() {
  Descriptor copy(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!copy.is_open() || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    return failure("stdout cannot be taken for the protocol");
  return copy;
}

}  // namespace tier0::transport
