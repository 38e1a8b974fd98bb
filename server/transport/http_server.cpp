#include "server/transport/http_server.h"

#include <httplib.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "server/base/log.h"
#include "server/transport/connection_loop.h"
#include "server/transport/connection_threads.h"

namespace tier0::transport {
namespace {

/// The library's view of a connection. What it may read ends with the request, so that it never
/// takes a byte of the next one; what it writes leaves when the answer is complete.
class LibraryStream final : public httplib::Stream {
 public:
  explicit LibraryStream(BufferedSocket& socket) : socket_(socket) {}

  bool is_readable() const override { return false; }
  bool wait_readable() const override { return true; }
  bool wait_writable() const override { return true; }
  bool is_peer_alive() const override { return true; }
  ssize_t read(char* to, std::size_t size) override { return socket_.read(to, size); }
  ssize_t write(const char* from, std::size_t size) override {
    socket_.write({from, size});
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return socket_.fd(); }
  time_t duration() const override { return 0; }

 private:
  BufferedSocket& socket_;
};

/// The library calls handlers with its own request only, on the thread that entered it: this is how
/// they find the visit.
thread_local Visit* t_visit = nullptr;
/// Set on the accepting thread while it turns a connection away.
thread_local bool t_refusing = false;

class ThreadQueue final : public httplib::TaskQueue {
 public:
  explicit ThreadQueue(ConnectionThreads& threads) : threads_(threads) {}
  bool enqueue(std::function<void()> job) override {
    if (threads_.run(job)) return true;
    t_refusing = true;
    job();
    t_refusing = false;
    return true;
  }
  void shutdown() override {}

 private:
  ConnectionThreads& threads_;
};

void fill(httplib::Response& response, HttpAnswer answer) {
  response.status = answer.status;
  for (const mcp::HeaderLine& line : answer.headers) response.set_header(line.name, line.value);
  if (!answer.body.empty()) response.set_content(std::move(answer.body), answer.type);
}

/// A stream and a connection cost a descriptor each, and the usual soft limit is 1024. Where the
/// hard one does not suffice, less is accepted: the library spins while it is out of descriptors.
HttpLimits fit_to_files(HttpLimits limits) {
  constexpr std::size_t kOthers = 512;  // files, upstream connections, sockets that linger
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return limits;
  const rlim_t wanted = limits.connections + limits.streams + kOthers;
  if (files.rlim_cur < wanted) {
    files.rlim_cur = std::min(wanted, files.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  if (files.rlim_cur >= wanted) return limits;
  const std::size_t room = files.rlim_cur - std::min<rlim_t>(files.rlim_cur / 2, kOthers);
  limits.connections = std::min(limits.connections, room / 2);
  limits.streams = std::min(limits.streams, room - limits.connections);
  return limits;
}

std::string bare_host(std::string host) {
  if (host == "localhost") return "127.0.0.1";
  if (host.size() > 2 && host.front() == '[') return host.substr(1, host.size() - 2);
  return host;
}

}  // namespace

class HttpServer::Parts final : public httplib::Server {
 public:
  Parts(mcp::Endpoint& endpoint, Routes routes, const HttpOptions& options)
      : host_(bare_host(options.host)),
        runner_(endpoint, std::move(routes), options),
        connections_(runner_, [this](Visit& visit, auto after) { return process(visit, after); }),
        threads_(options.limits.connections) {
    configure();
  }
  ~Parts() override { stop_all(std::chrono::milliseconds{0}); }

  Result<Unit> open(int port);
  void stop_all(std::chrono::milliseconds grace);
  int port() const { return port_; }
  const std::string& host() const { return host_; }

 private:
  void configure();
  httplib::Server::HandlerResponse decide(const httplib::Request& request,
                                          httplib::Response& response);
  void call(const httplib::Request& request, httplib::Response& response);
  ConnectionLoop::After process(Visit& visit, ConnectionLoop::After after);
  bool process_and_close_socket(socket_t fd) override;

  const std::string host_;
  int port_ = 0;
  RequestRunner runner_;
  ConnectionLoop connections_;
  ConnectionThreads threads_;
  std::jthread acceptor_;
};

void HttpServer::Parts::configure() {
  const HttpLimits& limits = runner_.limits();
  set_tcp_nodelay(true);
  set_ipv6_v6only(true);
  // Not the library's SO_REUSEPORT: with it, a second server of this user could take our calls.
  set_socket_options([](socket_t fd) { httplib::set_socket_opt(fd, SOL_SOCKET, SO_REUSEADDR, 1); });
  set_payload_max_length(limits.body);
  set_keep_alive_timeout(
      std::chrono::duration_cast<std::chrono::seconds>(limits.idle_time).count());
  set_keep_alive_max_count(limits.requests_per_connection);
  new_task_queue = [this]() -> httplib::TaskQueue* {
    return std::make_unique<ThreadQueue>(threads_).release();  // The library owns it.
  };
  set_expect_100_continue_handler([this](const auto& request, auto& response) {
    const bool done = decide(request, response) == HandlerResponse::Handled;
    return done ? response.status : static_cast<int>(httplib::StatusCode::Continue_100);
  });
  set_pre_routing_handler(
      [this](const auto& request, auto& response) { return decide(request, response); });
  Post(".*", [this](const auto& request, auto& response) { call(request, response); });
  set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
    t_visit->status = response.status;
    if (response.status == 204) response.headers.erase("Content-Length");  // RFC 9110, 8.6
    if (t_visit->stream == nullptr) return;
    response.headers.erase("Keep-Alive");
    response.headers.erase("Connection");
    response.set_header("Connection", "close");
  });
}

httplib::Server::HandlerResponse HttpServer::Parts::decide(const httplib::Request& request,
                                                           httplib::Response& response) {
  Visit& visit = *t_visit;
  if (!visit.decision) visit.decision = runner_.admit(visit.head);
  if (auto* refused = std::get_if<HttpAnswer>(&*visit.decision)) {
    visit.socket.refuse_body();
    fill(response, std::move(*refused));
    return HandlerResponse::Handled;
  }
  if (visit.head.method == "POST") return HandlerResponse::Unhandled;  // Its body is read next.
  visit.socket.refuse_body();
  call(request, response);
  return HandlerResponse::Handled;
}

void HttpServer::Parts::call(const httplib::Request& request, httplib::Response& response) {
  Visit& visit = *t_visit;
  auto outcome =
      runner_.run(visit.head, std::get<Admitted>(*visit.decision), request.body, visit.socket);
  visit.peer_gone = outcome.peer_gone;
  visit.stream = std::move(outcome.stream);
  fill(response, std::move(outcome.answer));
  if (visit.stream == nullptr) return;
  // The library writes the head only; the loop writes what follows.
  const auto nothing = [](std::size_t, httplib::DataSink&) { return false; };
  if (visit.head.http_1_0) {
    response.set_content_provider("text/event-stream", nothing);
  } else {
    response.set_chunked_content_provider("text/event-stream", nothing);
  }
}

ConnectionLoop::After HttpServer::Parts::process(Visit& visit, ConnectionLoop::After after) {
  using After = ConnectionLoop::After;
  LibraryStream stream(visit.socket);
  bool closed = false;
  t_visit = &visit;
  // Ranges are for files; left in, one beyond the answer turns it into a 416.
  const auto without_ranges = [](httplib::Request& request) { request.ranges.clear(); };
  const bool written =
      process_request(stream, host_, 0, host_, 0, after == After::Close, closed, without_ranges);
  t_visit = nullptr;
  return written && !closed ? after : After::Close;
}

bool HttpServer::Parts::process_and_close_socket(socket_t fd) {
  Descriptor socket(fd);
  if (t_refusing) {
    connections_.refuse(std::move(socket));
    return false;
  }
  ++runner_.counters().connections;
  ++runner_.counters().connections_open;
  try {
    connections_.serve(std::move(socket));
  } catch (const std::exception&) {
    log::error("a connection ended in an exception");
  }
  --runner_.counters().connections_open;
  return true;
}

Result<Unit> HttpServer::Parts::open(int port) {
  T0_CHECK(runner_.loop().start());
  if (port == 0) {
    port_ = bind_to_any_port(host_);
  } else {
    port_ = bind_to_port(host_, port) ? port : -1;
  }
  if (port_ <= 0)
    return Error{.code = Code::Conflict,
                 .message = "cannot listen on " + host_ + ":" + std::to_string(port),
                 .hint = "another program has the port, or the address is not this machine's"};
  acceptor_ = std::jthread([this] { listen_after_bind(); });
  wait_until_ready();
  return Unit{};
}

void HttpServer::Parts::stop_all(std::chrono::milliseconds grace) {
  const TimePoint deadline = std::chrono::steady_clock::now() + grace;
  connections_.stop();
  stop();
  if (acceptor_.joinable()) acceptor_.join();
  if (!threads_.wait_until_idle(deadline)) runner_.cut_all();
  threads_.join();
  runner_.loop().stop(deadline);
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(mcp::Endpoint& endpoint,
                                                      HttpOptions options) {
  options.limits = fit_to_files(options.limits);
  T0_TRY(Routes routes, Routes::build(options));
  auto parts = std::make_unique<Parts>(endpoint, std::move(routes), options);
  T0_CHECK(parts->open(options.port));
  return std::unique_ptr<HttpServer>(std::make_unique<HttpServer>(Key{}, std::move(parts)));
}

HttpServer::HttpServer(Key, std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
HttpServer::~HttpServer() = default;

int HttpServer::port() const {
  return parts_->port();
}

std::string HttpServer::url() const {
  const std::string& host = parts_->host();
  const bool ipv6 = host.find(':') != std::string::npos;
  return "http://" + (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port()) + "/mcp";
}

void HttpServer::stop(std::chrono::milliseconds grace) {
  parts_->stop_all(grace);
}

}  // namespace tier0::transport
