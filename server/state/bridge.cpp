#include "server/state/bridge.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "server/state/stop_fd.h"

namespace tier0 {
namespace {

constexpr std::size_t kBuffer = 64 * 1024;
// What a pipe that is ready surely takes at once; more could block the loop.
constexpr std::size_t kPipeWrite = 4096;
// Servers refuse a line from 4 MiB on; of a longer one just enough is kept to be refused.
constexpr std::size_t kLongestLine = std::size_t{5} * 1024 * 1024;

pollfd when(bool wanted, int fd, short events) {
  return {wanted ? fd : -1, events, 0};
}

bool is_passing_trouble() {
  return errno == EINTR || errno == EAGAIN;
}

Error client_gone() {
  return {.code = Code::NotFound, .message = "the client no longer reads"};
}

}  // namespace

Result<Bridge::End> Bridge::carry(int fd, const std::stop_token& stop) {
  const StopFd stopped(stop);
  Server server{.fd = fd};
  for (;;) {
    const bool has_more = server.is_writable && (current_ || load_next());
    if (is_client_done() && first_.empty() && !std::exchange(server.was_told_of_end, true))
      ::shutdown(fd, SHUT_WR);
    const std::size_t for_client = to_client_.size() - written_;
    std::array<pollfd, 5> ready = {
        pollfd{stopped.get(), POLLIN, 0},
        when(!client_ended_ && waiting_bytes_ < kBuffer, client_in_, POLLIN),
        when(has_more, fd, POLLOUT), when(for_client < kBuffer, fd, POLLIN),
        when(for_client > 0, client_out_, POLLOUT)};
    if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR)
      return Error{
          .code = Code::Internal,
          .message = "cannot wait for both sides: " + std::generic_category().message(errno),
          .hint = "This is a fault of tier0."};
    if (ready[0].revents != 0) return End::Stopped;
    if (ready[1].revents != 0) read_client();
    if (ready[2].revents != 0) send_lines(server);
    if (ready[4].revents != 0 && !write_client()) return End::Client;
    if (ready[3].revents == 0 || read_server(fd)) continue;
    give_back();
    return End::Server;
  }
}

void Bridge::say_first(std::vector<std::string> lines) {
  first_.assign(std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
}

void Bridge::tell(const std::string& line) {
  to_client_ += line;
  to_client_ += '\n';
}

Result<Unit> Bridge::deliver(const Clock& clock, const Cancel& cancel) {
  constexpr int kLookMs = 20;
  const StopFd stopped(cancel.stop);
  while (written_ < to_client_.size()) {
    T0_CHECK(cancel.check(clock));
    std::array<pollfd, 2> ready = {pollfd{client_out_, POLLOUT, 0},
                                   pollfd{stopped.get(), POLLIN, 0}};
    ::poll(ready.data(), ready.size(), kLookMs);
    if (ready[0].revents != 0 && !write_client()) return client_gone();
  }
  return Unit{};
}

void Bridge::read_client() {
  std::array<char, kBuffer> buffer{};
  const ssize_t count = ::read(client_in_, buffer.data(), buffer.size());
  if (count < 0 && is_passing_trouble()) return;
  if (count <= 0) {
    client_ended_ = true;
    if (!partial_.empty()) end_line();  // what came after the last newline is a line too
    return;
  }
  std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
  for (;;) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    partial_ += part.substr(0, kLongestLine - std::min(kLongestLine, partial_.size()));
    if (end == std::string_view::npos) return;
    end_line();
    bytes.remove_prefix(end + 1);
  }
}

void Bridge::end_line() {
  waiting_bytes_ += partial_.size();
  waiting_.push_back(std::exchange(partial_, {}));
}

/// Makes the next line that some server is to have the current one.
bool Bridge::load_next() {
  while (!first_.empty() || !waiting_.empty()) {
    const bool is_clients = first_.empty();
    std::deque<std::string>& from = is_clients ? waiting_ : first_;
    std::string line = std::move(from.front());
    from.pop_front();
    if (is_clients) waiting_bytes_ -= line.size();
    std::optional<std::string> bytes = watch_.to_server(line);
    if (!bytes) continue;
    *bytes += '\n';
    current_ = {.line = std::move(line), .bytes = *std::move(bytes), .is_clients = is_clients};
    return true;
  }
  return false;
}

void Bridge::send_lines(Server& server) {
  while (current_ || load_next()) {
    const ssize_t count =
        ::send(server.fd, current_->bytes.data() + current_->sent,
               current_->bytes.size() - current_->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) {
      // What it still said before it went is read first; then the bridge ends.
      server.is_writable = is_passing_trouble();
      return;
    }
    current_->sent += static_cast<std::size_t>(count);
    if (current_->sent < current_->bytes.size()) return;
    watch_.taken(current_->line);
    current_.reset();
  }
}

bool Bridge::read_server(int server) {
  std::array<char, kBuffer> buffer{};
  const ssize_t count = ::recv(server, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count < 0 && is_passing_trouble()) return true;
  if (count <= 0) return false;
  std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
  for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    server_partial_ += bytes.substr(0, end);
    if (const auto line = watch_.to_client(std::exchange(server_partial_, {}))) tell(*line);
    bytes.remove_prefix(end + 1);
  }
  server_partial_ += bytes;
  return true;
}

bool Bridge::write_client() {
  const ssize_t count = ::write(client_out_, to_client_.data() + written_,
                                std::min(to_client_.size() - written_, kPipeWrite));
  if (count < 0) return is_passing_trouble();
  written_ += static_cast<std::size_t>(count);
  // Not with each write, which would move a long line over and over.
  if (written_ < to_client_.size() / 2) return true;
  to_client_.erase(0, written_);
  written_ = 0;
  return true;
}

/// After a server: a torn answer is nothing, a torn line is the next one's.
void Bridge::give_back() {
  server_partial_.clear();
  if (current_ && current_->is_clients) {
    waiting_bytes_ += current_->line.size();
    waiting_.push_front(std::move(current_->line));
  }
  current_.reset();
}

}  // namespace tier0
