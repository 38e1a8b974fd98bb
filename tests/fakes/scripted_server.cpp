#include "tests/fakes/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <thread>

namespace tier0::fakes {
namespace {

constexpr std::size_t kHeadLimit = 64 * 1024;
constexpr std::string_view kLineEnd = "\r\n";

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool receive_more(int fd, std::string& buffer) {
  std::array<char, 4096> piece{};
  const ssize_t got = recv(fd, piece.data(), piece.size(), 0);
  if (got <= 0) return false;
  buffer.append(piece.data(), static_cast<std::size_t>(got));
  return true;
}

void parse_head(std::string_view head, ReceivedRequest& request) {
  std::size_t start = 0;
  for (bool first = true; start < head.size(); first = false) {
    const std::size_t end = head.find(kLineEnd, start);
    const std::string_view line = head.substr(start, end - start);
    start = end == std::string_view::npos ? head.size() : end + kLineEnd.size();
    if (first) {
      const std::size_t one = line.find(' ');
      const std::size_t two = line.rfind(' ');
      request.method = std::string(line.substr(0, one));
      request.target = std::string(line.substr(one + 1, two - one - 1));
    } else if (const std::size_t colon = line.find(": "); colon != std::string_view::npos) {
      request.headers[lower(std::string(line.substr(0, colon)))] = line.substr(colon + 2);
    }
  }
}

/// Empty at the end of the connection.
std::optional<ReceivedRequest> read_request(int fd, std::string& buffer) {
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos)
    if (buffer.size() > kHeadLimit || !receive_more(fd, buffer)) return std::nullopt;
  ReceivedRequest request;
  parse_head(std::string_view(buffer).substr(0, end), request);
  buffer.erase(0, end + 4);
  const std::string length = request.header("content-length");
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  while (buffer.size() < size)
    if (!receive_more(fd, buffer)) return std::nullopt;
  request.body = buffer.substr(0, size);
  buffer.erase(0, size);
  return request;
}

void reset_on_close(int fd) {
  const linger hard{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

}  // namespace

struct ScriptedServer::State {
  Script script;
  int listener = -1;
  int port = 0;
  mutable std::mutex mutex;
  mutable std::condition_variable_any changed;
  std::vector<ReceivedRequest> requests;
  std::vector<int> open;
  int accepted = 0;
  int to_reset = 0;
  std::vector<std::jthread> threads;  // of connections; joined before the rest goes
  std::jthread acceptor;

  void listen_on_loopback();
  void accept_all(const std::stop_token& stop);
  void serve(int fd, int connection, const std::stop_token& stop);
  bool play(int fd, const Answer& answer, const std::stop_token& stop);
  void end();
};

void ScriptedServer::State::listen_on_loopback() {
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener, 64) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no loopback port");
  port = ntohs(address.sin_port);
}

void ScriptedServer::State::accept_all(const std::stop_token& stop) {
  for (;;) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0 || stop.stop_requested()) {
      if (fd >= 0) close(fd);
      return;
    }
    const std::lock_guard lock(mutex);
    const int number = ++accepted;
    if (to_reset > 0) {
      --to_reset;
      reset_on_close(fd);
      close(fd);
      continue;
    }
    open.push_back(fd);
    threads.emplace_back(
        [this, fd, number](const std::stop_token& ended) { serve(fd, number, ended); });
  }
}

void ScriptedServer::State::serve(int fd, int connection, const std::stop_token& stop) {
  std::string buffer;
  while (auto request = read_request(fd, buffer)) {
    request->connection = connection;
    {
      const std::lock_guard lock(mutex);
      requests.push_back(*request);
    }
    changed.notify_all();
    if (!play(fd, script(*request), stop)) break;
  }
  const std::lock_guard lock(mutex);
  std::erase(open, fd);
  close(fd);
}

bool ScriptedServer::State::play(int fd, const Answer& answer, const std::stop_token& stop) {
  for (std::size_t i = 0; i < answer.pieces.size(); ++i) {
    if (i > 0) {
      std::unique_lock lock(mutex);
      changed.wait_for(lock, stop, answer.pause, [] { return false; });
    }
    if (stop.stop_requested() || !send_all(fd, answer.pieces[i])) return false;
  }
  if (answer.then == Then::Hold) {
    std::unique_lock lock(mutex);
    changed.wait(lock, stop, [] { return false; });
  }
  if (answer.then == Then::Reset) reset_on_close(fd);
  return answer.then == Then::KeepOpen;
}

void ScriptedServer::State::end() {
  acceptor.request_stop();
  shutdown(listener, SHUT_RDWR);
  acceptor.join();
  close(listener);
  {
    const std::lock_guard lock(mutex);
    for (const int fd : open) shutdown(fd, SHUT_RDWR);
  }
  threads.clear();  // stops and joins each
}

ScriptedServer::ScriptedServer(Script script) : state_(std::make_shared<State>()) {
  state_->script = std::move(script);
  state_->listen_on_loopback();
  State* state = state_.get();
  state->acceptor = std::jthread([state](const std::stop_token& stop) { state->accept_all(stop); });
}

ScriptedServer::ScriptedServer(std::vector<Answer> answers)
    : ScriptedServer([left = std::make_shared<std::deque<Answer>>(answers.begin(), answers.end()),
                      mutex = std::make_shared<std::mutex>()](const ReceivedRequest&) {
        const std::lock_guard lock(*mutex);
        if (left->empty()) return answer(500, R"({"message":"the script is over"})");
        Answer next = std::move(left->front());
        left->pop_front();
        return next;
      }) {}

ScriptedServer::~ScriptedServer() {
  state_->end();
}

std::string ScriptedServer::url() const {
  return "http://127.0.0.1:" + std::to_string(state_->port);
}

void ScriptedServer::reset_connections(int count) {
  const std::lock_guard lock(state_->mutex);
  state_->to_reset = count;
}

int ScriptedServer::connections() const {
  const std::lock_guard lock(state_->mutex);
  return state_->accepted;
}

std::vector<ReceivedRequest> ScriptedServer::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

bool ScriptedServer::wait_for_requests(std::size_t count) const {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, std::chrono::seconds(20),
                                  [&] { return state_->requests.size() >= count; });
}

std::string ReceivedRequest::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

Answer answer(int status, std::string_view body, std::string_view type,
              const std::vector<std::string>& header_lines) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " Status\r\n";
  for (const std::string& line : header_lines) text += line + "\r\n";
  text += "Content-Type: " + std::string(type) + "\r\n";
  text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return {.pieces = {text + std::string(body)}};
}

Answer raw(std::string bytes, Then then) {
  return {.pieces = {std::move(bytes)}, .then = then};
}

}  // namespace tier0::fakes
