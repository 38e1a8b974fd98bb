#include "server/sandbox/http_server.h"

#include <httplib.h>

#include <algorithm>
#include <charconv>
#include <stop_token>
#include <thread>

#include "server/base/clock.h"
#include "server/sandbox/reset.h"

namespace tier0::sandbox {
namespace {

// Reaches the header writer, which then writes nothing at all; never the wire.
constexpr const char* kSilent = "X-Sim-Silent";
constexpr std::size_t kThreads = 2;
constexpr std::size_t kMostThreads = 256;
constexpr std::size_t kDrops = 16;  // pieces of a dripped body
constexpr std::size_t kMostBytes = std::size_t{64} * 1024 * 1024;

struct Place {
  std::string host;
  int port = 0;
};

Result<Place> parse_place(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  Place place{.host = address.substr(0, colon)};
  const bool loopback = place.host == "localhost" || place.host == "[::1]" ||
                        (place.host.starts_with("127.") &&
                         place.host.find_first_not_of("0123456789.") == std::string::npos);
  const char* end = address.data() + address.size();
  if (colon == std::string::npos || !loopback ||
      std::from_chars(address.data() + colon + 1, end, place.port).ptr != end || place.port < 0 ||
      place.port > 65535)
    return Error{.code = Code::NotConfigured,
                 .message = "the sandbox cannot listen on " + address,
                 .hint = "Give a loopback address and a port, such as 127.0.0.1:0."};
  return place;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

Request to_request(const httplib::Request& from) {
  Request request{.method = from.method, .path = from.path, .body = from.body};
  for (const auto& [name, value] : from.params) request.query.insert_or_assign(name, value);
  for (const auto& [name, value] : from.headers)
    request.headers.insert_or_assign(lower(name), value);
  return request;
}

class LibraryServer final : public HttpServer {
 public:
  LibraryServer(Place place, Handler handler)
      : handler_(std::move(handler)), place_(std::move(place)) {}
  LibraryServer(const LibraryServer&) = delete;
  LibraryServer& operator=(const LibraryServer&) = delete;
  ~LibraryServer() override { stop(); }

  bool bind() {
    configure();
    const std::string host = place_.host == "[::1]" ? "::1" : place_.host;
    if (place_.port == 0)
      place_.port = server_.bind_to_any_port(host);
    else if (!server_.bind_to_port(host, place_.port))
      return false;
    if (place_.port <= 0) return false;
    url_ = "http://" + place_.host + ":" + std::to_string(place_.port);
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    // A stop before the loop has begun would be lost.
    server_.wait_until_ready();
    return true;
  }

  const std::string& url() const override { return url_; }

  void stop() override {
    stopping_.request_stop();
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void configure() {
    const auto serve = [this](const httplib::Request& from, httplib::Response& to) {
      deliver(handler_(to_request(from)), from, to);
    };
    // Not ".*": a decoded newline in a path has to match too.
    const std::string any = R"([\s\S]*)";
    server_.Get(any, serve).Post(any, serve).Put(any, serve).Patch(any, serve).Delete(any, serve);
    server_.set_header_writer([](httplib::Stream& stream, httplib::Headers& headers) {
      if (headers.contains(kSilent)) return ssize_t{-1};
      return httplib::detail::write_headers(stream, headers);
    });
    server_.new_task_queue = [] { return new httplib::ThreadPool(kThreads, kMostThreads); };
    // The library's own choice is SO_REUSEPORT, with which two servers share a port unawares.
    server_.set_socket_options([](int socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    server_.set_tcp_nodelay(true);
    server_.set_keep_alive_max_count(1'000'000);
    server_.set_keep_alive_timeout(60);
    server_.set_payload_max_length(kMostBytes);
  }

  void deliver(const Response& response, const httplib::Request& from, httplib::Response& to) {
    const bool drips = response.delivery == Delivery::Drip;
    if (response.delay.count() > 0 && !drips) wait(response.delay);
    to.status = response.status;
    for (const auto& [name, value] : response.headers) to.set_header(name, value);
    if (response.delivery == Delivery::Reset)
      reset_connection(from.remote_addr, from.remote_port, place_.port);
    if (response.delivery == Delivery::Reset || response.delivery == Delivery::Drop)
      to.set_header(kSilent, "1");
    else if (response.delivery == Delivery::Truncate)
      to.set_content_provider(response.body.size(), response.content_type,
                              [body = response.body](std::size_t, std::size_t, auto& sink) {
                                sink.write(body.data(), body.size() / 2);
                                return false;
                              });
    else if (drips)
      to.set_content_provider(response.body.size(), response.content_type, dripping(response));
    else
      to.set_content(response.body, response.content_type);
  }

  httplib::ContentProvider dripping(const Response& response) {
    const std::size_t piece = std::max<std::size_t>(1, response.body.size() / kDrops);
    const auto pause = response.delay / kDrops;
    return [this, body = response.body, piece, pause](std::size_t offset, std::size_t length,
                                                      httplib::DataSink& sink) {
      wait(pause);
      return sink.write(body.data() + offset, std::min(piece, length));
    };
  }

  void wait(std::chrono::milliseconds time) {
    clock_.wait_until(clock_.now() + time, stopping_.get_token());
  }

  const Handler handler_;
  Place place_;
  std::string url_;
  SystemClock clock_;
  std::stop_source stopping_;
  httplib::Server server_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::open(const std::string& address, Handler handler) {
  T0_TRY(Place place, parse_place(address));
  auto server = std::make_unique<LibraryServer>(std::move(place), std::move(handler));
  if (!server->bind())
    return Error{.code = Code::NotConfigured,
                 .message = "the sandbox cannot listen on " + address,
                 .hint = "Another program may have the port; port 0 picks a free one."};
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace tier0::sandbox
