#include "tests/transport/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "server/base/text.h"

namespace tier0::transport {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool connect_to(int fd, const std::string& address, int port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) != 1) return false;
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&v4), sizeof v4) == 0;
}

}  // namespace

RawClient::RawClient(int port, const std::string& address, std::chrono::milliseconds patience)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), patience_(patience) {
  if (!connect_to(socket_.get(), address, port)) socket_.reset();
}

RawClient::RawClient(Descriptor socket)
    : socket_(std::move(socket)), patience_(std::chrono::seconds{10}) {}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    pollfd ready{.fd = socket_.get(), .events = POLLOUT, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(patience_.count())) <= 0) return false;
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool RawClient::fill() {
  pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, static_cast<int>(patience_.count())) <= 0) return false;
  std::array<char, 65536> bytes;
  const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<std::string> RawClient::read_until(std::string_view text) {
  while (true) {
    const std::size_t found = buffer_.find(text);
    if (found != std::string::npos) return take(found + text.size());
    if (!fill()) return {};
  }
}

std::optional<std::string> RawClient::take(std::size_t count) {
  while (buffer_.size() < count)
    if (!fill()) return {};
  std::string out = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return out;
}

RawAnswer RawClient::read_head() {
  RawAnswer answer;
  const auto head = read_until("\r\n\r\n");
  if (!head || head->size() < 12) return answer;
  answer.status = std::stoi(head->substr(9, 3));
  for (const std::string& line : split(*head, '\n')) {
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos)
      answer.headers[lower(line.substr(0, colon))] = trim(line.substr(colon + 2));
  }
  return answer;
}

RawAnswer RawClient::read_answer() {
  RawAnswer answer = read_head();
  if (answer.headers.contains("content-length")) {
    const auto body = take(std::stoul(answer.headers["content-length"]));
    if (!body) return {};
    answer.body = *body;
  } else if (answer.headers.contains("transfer-encoding")) {
    while (auto chunk = read_chunk()) answer.body += *chunk;
  }
  return answer;
}

std::optional<std::string> RawClient::read_chunk() {
  const auto size = read_until("\r\n");
  if (!size) return {};
  const auto chunk = take(std::stoul(*size, nullptr, 16) + 2);
  if (!chunk || chunk->size() == 2) return {};
  return chunk->substr(0, chunk->size() - 2);
}

std::optional<std::string> RawClient::read_event() {
  while (true) {
    const std::size_t end = events_.find("\n\n");
    if (end != std::string::npos) {
      const std::string event = events_.substr(0, end);
      events_.erase(0, end + 2);
      const std::size_t data = event.find("data: ");
      return data == std::string::npos ? "" : event.substr(data + 6);
    }
    const auto chunk = read_chunk();
    if (!chunk) return {};
    events_ += *chunk;
  }
}

bool RawClient::is_closed_by_peer() {
  while (fill()) {
  }
  pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&ready, 1, 0) == 1;
}

}  // namespace tier0::transport
