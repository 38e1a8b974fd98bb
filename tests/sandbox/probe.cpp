#include "tests/sandbox/probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <stdexcept>

#include "server/base/text.h"

namespace tier0::sandbox {
namespace {

// Not an assertion of Catch2: those are for one thread at a time, and callers have several.
void need(bool claim, const char* problem) {
  if (!claim) throw std::runtime_error(problem);
}

class Connection {
 public:
  explicit Connection(const std::string& url) {
    const std::size_t colon = url.rfind(':');
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1))));
    const std::string host = url.substr(7, colon - 7);
    need(inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1, "no address");
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    need(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
         "the sandbox takes no connection");
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(const std::string& text) const {
    need(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
             static_cast<ssize_t>(text.size()),
         "the sandbox takes no request");
  }

  /// Everything until the other side ends; true if it ended with an RST.
  bool read(std::string& into) const {
    char piece[4096];
    for (;;) {
      const ssize_t got = ::recv(socket_, piece, sizeof piece, 0);
      if (got <= 0) return got < 0 && errno == ECONNRESET;
      into.append(piece, static_cast<std::size_t>(got));
    }
  }

 private:
  int socket_ = -1;
};

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

void parse_head(const std::string& head, WireReply& reply) {
  const std::vector<std::string> lines = split(head, '\n');
  reply.status = std::stoi(lines.front().substr(9, 3));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon != std::string::npos)
      reply.headers[lower(lines[i].substr(0, colon))] = trim(lines[i].substr(colon + 1));
  }
}

}  // namespace

Json WireReply::json() const {
  auto value = parse_json(body);
  return value ? *value : Json();
}

WireReply wire_call(const std::string& url, const std::string& method, const std::string& target,
                    const std::string& token, const std::string& body) {
  const Connection connection(url);
  connection.send(method + " " + target +
                  " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: tier0/test\r\n" +
                  "Authorization: Bearer " + token + "\r\nConnection: close\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n" + body);
  WireReply reply;
  std::string bytes;
  reply.reset = connection.read(bytes);
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return reply;
  parse_head(bytes.substr(0, end), reply);
  reply.body = bytes.substr(end + 4);
  const auto length = reply.headers.find("content-length");
  reply.complete = length != reply.headers.end() && std::stoul(length->second) == reply.body.size();
  return reply;
}

Running::Running(Options options) {
  auto started = Sandbox::start(options);
  INFO((started ? "" : started.error().message));
  REQUIRE(started);
  sandbox_ = *std::move(started);
  token_ = sandbox_->ready_line().at("token");
}

WireReply Running::api(const std::string& method, const std::string& target, const Json& body) {
  return wire_call(sandbox_->api_url(), method, target, token_, body.is_null() ? "" : body.dump());
}

WireReply Running::control(const std::string& method, const std::string& target, const Json& body) {
  return wire_call(sandbox_->control_url(), method, target, token_,
                   body.is_null() ? "" : body.dump());
}

std::string Running::vm_path() {
  return "/api/vps/v1/virtual-machines/" + vps();
}

void Running::wait_until_unlocked() {
  const auto latest = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  std::uint64_t seen = 0;
  while (api("GET", vm_path()).json().at("actions_lock") == "locked") {
    REQUIRE(std::chrono::steady_clock::now() < latest);
    seen = sandbox_->hosts().wait_for_change(seen, latest, {});
  }
}

Json Running::requests(const std::string& query) {
  return control("GET", "/__sim/requests" + query).json().at("requests");
}

}  // namespace tier0::sandbox
