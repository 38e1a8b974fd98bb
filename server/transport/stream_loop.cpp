#include "server/transport/stream_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace tier0::transport {
namespace {

constexpr std::chrono::milliseconds kLongestTick{1000};
constexpr std::chrono::milliseconds kLinger{2000};
constexpr std::size_t kMaxLingering = 1024;
/// Less than this waits for the socket before more is taken from the source.
constexpr std::size_t kLowWater = std::size_t{16} * 1024;
constexpr std::size_t kKeptCapacity = 256;

}  // namespace

StreamLoop::StreamLoop(const HttpLimits& limits)
    : limits_(limits),
      tick_(std::clamp(std::min(limits.comment_every, limits.write_time) / 4,
                       std::chrono::milliseconds{10}, kLongestTick)) {}

Result<Unit> StreamLoop::start() {
  epoll_ = Descriptor(::epoll_create1(EPOLL_CLOEXEC));
  wake_ = Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_.get();
  if (!epoll_.is_open() || !wake_.is_open() ||
      ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0)
    return Error{.code = Code::Internal,
                 .message = "the event loop of the streams cannot be made",
                 .hint = "look at the limit of open files"};
  thread_ = std::jthread([this] { run(); });
  return Unit{};
}

void StreamLoop::adopt(Descriptor socket, std::string first, std::shared_ptr<StreamSource> source) {
  send_command({.kind = Command::Kind::Adopt,
                .socket = std::move(socket),
                .first = std::move(first),
                .source = std::move(source)});
}

void StreamLoop::linger(Descriptor socket) {
  send_command({.kind = Command::Kind::Linger, .socket = std::move(socket)});
}

void StreamLoop::wake(std::shared_ptr<StreamSource> source) {
  send_command({.kind = Command::Kind::Wake, .source = std::move(source)});
}

void StreamLoop::abandon(std::shared_ptr<StreamSource> source) {
  send_command({.kind = Command::Kind::Abandon, .source = std::move(source)});
}

void StreamLoop::run_soon(std::function<void()> job) {
  send_command({.kind = Command::Kind::Run, .job = std::move(job)});
}

void StreamLoop::send_command(Command command) {
  {
    const MutexLock lock(mutex_);
    if (ended_) return;
    commands_.push_back(std::move(command));
    if (commands_.size() > 1) return;  // The loop was woken for the first of them.
  }
  ::eventfd_write(wake_.get(), 1);
}

void StreamLoop::stop(TimePoint deadline) {
  if (!thread_.joinable()) return;
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    deadline_ = deadline;
  }
  ::eventfd_write(wake_.get(), 1);
  thread_.join();
}

int StreamLoop::wait_time() const {
  if (entries_.empty() && drain_until_ == TimePoint::max()) return -1;
  const auto left = std::min(next_tick_, drain_until_) - steady_now();
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return static_cast<int>(std::max<long long>(whole, 0));
}

bool StreamLoop::is_finished(TimePoint time) {
  const MutexLock lock(mutex_);
  if (!stopping_) return false;
  drain_until_ = deadline_;
  return time >= deadline_ || (streams() == 0 && commands_.empty());
}

void StreamLoop::run() {
  std::array<epoll_event, 256> events{};
  while (!is_finished(steady_now())) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), wait_time());
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events.at(static_cast<std::size_t>(i));
      if (event.data.fd != wake_.get()) handle(event.data.fd, event.events);
    }
    run_commands();
    if (steady_now() >= next_tick_) tick(steady_now());
  }
  end();
}

void StreamLoop::end() {
  std::vector<Command> last;
  {
    const MutexLock lock(mutex_);
    ended_ = true;
    last.swap(commands_);
  }
  for (Command& command : last) obey(command);
  while (!entries_.empty()) cut(entries_.begin()->first);
}

void StreamLoop::run_commands() {
  eventfd_t ignored = 0;
  ::eventfd_read(wake_.get(), &ignored);
  std::vector<Command> commands;
  {
    const MutexLock lock(mutex_);
    commands.swap(commands_);
  }
  for (Command& command : commands) obey(command);
}

void StreamLoop::obey(Command& command) {
  switch (command.kind) {
    case Command::Kind::Run:
      command.job();
      return;
    case Command::Kind::Wake:
    case Command::Kind::Abandon: {
      const auto found = by_source_.find(command.source.get());
      if (found == by_source_.end()) return;
      const int fd = found->second;
      if (command.kind == Command::Kind::Abandon || !pump(entries_.at(fd))) cut(fd);
      return;
    }
    case Command::Kind::Linger:
      add({.socket = std::move(command.socket), .source = {}, .out = {}, .since = steady_now()});
      return;
    case Command::Kind::Adopt:
      add({.socket = std::move(command.socket),
           .source = std::move(command.source),
           .out = std::move(command.first),
           .since = steady_now()});
      return;
  }
}

void StreamLoop::add(Entry entry) {
  const int fd = entry.socket.get();
  Entry& added = entries_.emplace(fd, std::move(entry)).first->second;
  bool kept = false;
  if (added.source != nullptr) {
    by_source_[added.source.get()] = fd;
    streams_.fetch_add(1, std::memory_order_relaxed);
    kept = watch(fd, EPOLL_CTL_ADD, EPOLLRDHUP) && pump(added);
  } else {
    ::shutdown(fd, SHUT_WR);
    kept = entries_.size() - streams() <= kMaxLingering &&
           watch(fd, EPOLL_CTL_ADD, EPOLLIN | EPOLLRDHUP);
  }
  if (!kept) cut(fd);
}

bool StreamLoop::watch(int fd, int operation, unsigned events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  return ::epoll_ctl(epoll_.get(), operation, fd, &event) == 0;
}

void StreamLoop::handle(int fd, unsigned events) {
  const auto found = entries_.find(fd);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  const bool lingers = entry.source == nullptr;
  const bool hung_up = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  if (lingers ? !discard_input(entry) : (hung_up || !pump(entry))) cut(fd);
}

bool StreamLoop::pump(Entry& entry) {
  while (true) {
    if (!refill(entry)) return false;
    if (entry.out.empty()) return entry.ended ? start_lingering(entry) : set_blocked(entry, false);
    if (!send_pending(entry)) return false;
    if (entry.blocked) return true;
  }
}

bool StreamLoop::refill(Entry& entry) {
  if (entry.written == entry.out.size()) {
    entry.out.clear();
    entry.written = 0;
    if (entry.out.capacity() > kKeptCapacity) entry.out.shrink_to_fit();
  }
  if (entry.ended || entry.out.size() - entry.written >= kLowWater) return true;
  const StreamSource::Supply supply = entry.source->take(entry.out);
  entry.ended = supply == StreamSource::Supply::Ended;
  return supply != StreamSource::Supply::Broken;
}

bool StreamLoop::send_pending(Entry& entry) {
  while (entry.written < entry.out.size()) {
    const ssize_t count = ::send(entry.socket.get(), entry.out.data() + entry.written,
                                 entry.out.size() - entry.written, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN && set_blocked(entry, true);
    entry.written += static_cast<std::size_t>(count);
    entry.since = steady_now();
  }
  return true;
}

bool StreamLoop::set_blocked(Entry& entry, bool blocked) {
  if (entry.blocked == blocked) return true;
  entry.blocked = blocked;
  const unsigned writable = blocked ? EPOLLOUT : 0U;
  return watch(entry.socket.get(), EPOLL_CTL_MOD, EPOLLRDHUP | writable);
}

bool StreamLoop::discard_input(const Entry& entry) {
  std::array<char, 4096> ignored;
  while (true) {
    const ssize_t count = ::recv(entry.socket.get(), ignored.data(), ignored.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return true;
    if (count <= 0) return false;
  }
}

bool StreamLoop::start_lingering(Entry& entry) {
  by_source_.erase(entry.source.get());
  entry.source.reset();
  entry.since = steady_now();
  streams_.fetch_sub(1, std::memory_order_relaxed);
  ::shutdown(entry.socket.get(), SHUT_WR);
  return watch(entry.socket.get(), EPOLL_CTL_MOD, EPOLLIN | EPOLLRDHUP);
}

void StreamLoop::cut(int fd) {
  const auto found = entries_.find(fd);
  const std::shared_ptr<StreamSource> source = std::move(found->second.source);
  entries_.erase(found);
  if (source == nullptr) return;
  by_source_.erase(source.get());
  streams_.fetch_sub(1, std::memory_order_relaxed);
  source->gone();
}

bool StreamLoop::refresh(Entry& entry, TimePoint time) {
  const auto quiet = time - entry.since;
  if (entry.source == nullptr) return quiet < kLinger;
  if (entry.blocked) return quiet < limits_.write_time;
  if (quiet < limits_.comment_every) return true;
  entry.source->take_comment(entry.out);
  return pump(entry);
}

void StreamLoop::tick(TimePoint time) {
  next_tick_ = time + tick_;
  std::vector<int> lost;
  for (auto& [fd, entry] : entries_)
    if (!refresh(entry, time)) lost.push_back(fd);
  for (const int fd : lost) cut(fd);
}

}  // namespace tier0::transport
