#include "server/state/local_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <list>
#include <thread>

#include "server/base/log.h"
#include "server/base/mutex.h"
#include "server/state/line_io.h"
#include "server/state/local_listener.h"
#include "server/state/stop_fd.h"

namespace tier0 {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kHelloLimit = 64 * 1024;
constexpr std::size_t kRequestLimit = 4 * 1024 * 1024;
constexpr milliseconds kAcceptPause{100};
constexpr milliseconds kRefusalTime{100};

Result<Peer> peer_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    return Error{.code = Code::Auth,
                 .message = "the system does not say who is calling",
                 .hint = "Connect from this machine over the state directory's socket."};
  return Peer{.uid = credentials.uid, .gid = credentials.gid, .pid = credentials.pid};
}

Error too_many() {
  return {.code = Code::Overloaded,
          .message = "too many connections to the server's local socket",
          .hint = "Close some, or try again later.",
          .details = {},
          .retry_after = std::chrono::seconds(1)};
}

}  // namespace

class LocalServer::Impl {
 public:
  Impl(LocalListener listener, LocalServerOptions options, LocalHandlers handlers)
      : listener_(std::move(listener)),
        options_(std::move(options)),
        handlers_(std::move(handlers)),
        acceptor_([this](const std::stop_token& stop) { accept_all(stop); }) {}

  ~Impl() {
    acceptor_.request_stop();
    acceptor_.join();
    std::list<Connection> open;
    {
      const MutexLock lock(mutex_);
      for (Connection& connection : connections_) {
        connection.thread.request_stop();
        if (connection.fd) ::shutdown(connection.fd.get(), SHUT_RDWR);
      }
      open.splice(open.end(), connections_);
    }
    for (Connection& connection : open) connection.thread.join();
  }

 private:
  /// Its thread closes `fd` at its end, under the lock; a place in a list never moves.
  struct Connection {
    OwnedFd fd;
    std::jthread thread;
  };

  void accept_all(const std::stop_token& stop);
  void admit_connection(OwnedFd fd);
  void reap() REQUIRES(mutex_);
  void serve(Connection& connection, int fd, const std::stop_token& stop);
  void talk(int fd, const std::stop_token& stop);
  Result<Hello> greet(int fd, const Peer& peer, const std::stop_token& stop);
  void answer_requests(int fd, const Hello& hello, const Peer& peer, const std::stop_token& stop);
  Cancel within(milliseconds time, const std::stop_token& stop) const {
    return {.stop = stop, .deadline = clock_.now() + time};
  }

  const LocalListener listener_;
  const LocalServerOptions options_;
  const LocalHandlers handlers_;
  const SystemClock clock_;  // deadlines of the socket are real time
  Mutex mutex_;
  std::list<Connection> connections_ GUARDED_BY(mutex_);
  std::jthread acceptor_;
};

void LocalServer::Impl::accept_all(const std::stop_token& stop) {
  const StopFd stopped(stop);
  int pause = -1;
  while (!stop.stop_requested()) {
    std::array<pollfd, 2> watched = {pollfd{stopped.get(), POLLIN, 0},
                                     pollfd{listener_.fd(), POLLIN, 0}};
    // Out of descriptors the listener stays readable: then wait for the stop alone for a while.
    ::poll(watched.data(), pause < 0 ? 2 : 1, pause);
    if (stop.stop_requested()) return;
    OwnedFd fd(::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    pause = !fd && errno != EAGAIN && errno != EINTR && errno != ECONNABORTED
                ? static_cast<int>(kAcceptPause.count())
                : -1;
    if (!fd) continue;
    try {
      admit_connection(std::move(fd));
    } catch (const std::exception& problem) {
      log::error("a local connection was dropped", {{"reason", problem.what()}});
    }
  }
}

void LocalServer::Impl::admit_connection(OwnedFd fd) {
  const Result<Peer> peer = peer_of(fd.get());
  if (!peer) return;
  const bool own = peer->uid == ::geteuid();
  const std::size_t limit =
      own ? options_.connections : options_.connections - options_.connections / 8;
  {
    const MutexLock lock(mutex_);
    reap();
    if (connections_.size() < limit) {
      // In the list only once its thread runs: starting one can fail.
      std::list<Connection> fresh(1);
      Connection& connection = fresh.front();
      const int number = fd.get();
      connection.fd = std::move(fd);
      connection.thread = std::jthread([this, &connection, number](const std::stop_token& stop) {
        serve(connection, number, stop);
      });
      connections_.splice(connections_.end(), fresh);
      return;
    }
  }
  (void)write_line(fd.get(), dump_json(to_json(too_many())), clock_, within(kRefusalTime, {}));
}

void LocalServer::Impl::reap() {
  for (auto it = connections_.begin(); it != connections_.end();)
    it = it->fd ? std::next(it) : connections_.erase(it);
}

void LocalServer::Impl::serve(Connection& connection, int fd, const std::stop_token& stop) {
  try {
    talk(fd, stop);
  } catch (const std::exception& problem) {
    log::error("a local connection failed", {{"reason", problem.what()}});
  }
  const MutexLock lock(mutex_);
  connection.fd.reset();
}

void LocalServer::Impl::talk(int fd, const std::stop_token& stop) {
  const Result<Peer> peer = peer_of(fd);
  if (!peer) return;
  const Result<Hello> hello = greet(fd, *peer, stop);
  const Json answer = hello ? hello_accepted() : to_json(hello.error());
  const auto answered =
      write_line(fd, dump_json(answer), clock_, within(options_.hello_within, stop));
  if (!hello || !answered) return;
  if (hello->purpose == Hello::Purpose::Mcp)
    handlers_.on_mcp(fd, *hello, *peer, stop);
  else
    answer_requests(fd, *hello, *peer, stop);
}

Result<Hello> LocalServer::Impl::greet(int fd, const Peer& peer, const std::stop_token& stop) {
  T0_TRY(const std::optional<std::string> line,
         read_line(fd, kHelloLimit, clock_, within(options_.hello_within, stop)));
  if (!line) return Error{.code = Code::Cancelled, .message = "the client left without a hello"};
  T0_TRY(Hello hello, parse_hello(*line));
  T0_CHECK(handlers_.admit(hello, peer));
  return hello;
}

void LocalServer::Impl::answer_requests(int fd, const Hello& hello, const Peer& peer,
                                        const std::stop_token& stop) {
  for (;;) {
    const auto line = read_line(fd, kRequestLimit, clock_, {.stop = stop});
    if (!line || !*line) return;
    const Result<Json> request = parse_json(**line);
    const Json answer =
        request ? handlers_.on_admin(*request, hello, peer, stop) : to_json(request.error());
    if (!write_line(fd, dump_json(answer), clock_, {.stop = stop})) return;
  }
}

Result<std::unique_ptr<LocalServer>> LocalServer::start(const std::filesystem::path& socket,
                                                        LocalServerOptions options,
                                                        LocalHandlers handlers) {
  T0_TRY(LocalListener listener, LocalListener::bind(socket, options.group));
  return std::make_unique<LocalServer>(
      std::make_unique<Impl>(std::move(listener), std::move(options), std::move(handlers)));
}

LocalServer::LocalServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LocalServer::~LocalServer() = default;

}  // namespace tier0
