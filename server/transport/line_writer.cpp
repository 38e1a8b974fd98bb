#include "server/transport/line_writer.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <utility>

namespace tier0::transport {
namespace {

// A pipe that polls as writable takes this much without blocking. (pipe(7))
constexpr std::size_t kChunk = PIPE_BUF;
// How late a stop is noticed while the client does not read.
constexpr int kPollMs = 50;

/// A client that has gone shows as EPIPE, not as the end of the process.
void ignore_sigpipe_here() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

LineWriter::LineWriter(int fd)
    : fd_(fd), thread_([this](const std::stop_token& stop) { work(stop); }) {}

LineWriter::~LineWriter() {
  finish(std::chrono::milliseconds(0));
}

bool LineWriter::send(mcp::Event event) {
  {
    MutexLock lock(mutex_);
    if (is_closed_ || has_failed_) return false;
    if (!outbox_.push(std::move(event))) {
      has_failed_ = true;
      return false;
    }
  }
  changed_.notify_all();
  return true;
}

void LineWriter::finish(std::chrono::milliseconds grace) {
  {
    MutexLock lock(mutex_);
    is_closed_ = true;
    changed_.wait_for(mutex_, grace, [this]() REQUIRES(mutex_) {
      return has_failed_ || (outbox_.empty() && !is_writing_);
    });
  }
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

bool LineWriter::has_failed() const {
  MutexLock lock(mutex_);
  return has_failed_;
}

void LineWriter::work(const std::stop_token& stop) {
  ignore_sigpipe_here();
  for (;;) {
    std::optional<mcp::Event> event;
    {
      MutexLock lock(mutex_);
      is_writing_ = false;
      changed_.notify_all();
      changed_.wait(mutex_, stop, [this]() REQUIRES(mutex_) { return !outbox_.empty(); });
      if (stop.stop_requested()) return;
      event = outbox_.pop();
      is_writing_ = true;
    }
    if (!write_all(event->bytes, stop)) return fail();
  }
}

bool LineWriter::write_all(std::string_view bytes, const std::stop_token& stop) const {
  while (!bytes.empty()) {
    pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
    const int polled = ::poll(&ready, 1, kPollMs);
    if (stop.stop_requested()) return false;
    if (polled == 0 || (polled < 0 && errno == EINTR)) continue;
    if (polled < 0 || (ready.revents & POLLNVAL) != 0) return false;
    const ssize_t written = ::write(fd_, bytes.data(), std::min(bytes.size(), kChunk));
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void LineWriter::fail() {
  {
    MutexLock lock(mutex_);
    has_failed_ = true;
    is_writing_ = false;
  }
  changed_.notify_all();
}

}  // namespace tier0::transport
