#include "tests/transcripts/http_exchange.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

#include "server/base/text.h"
#include "tests/transcripts/wire.h"

namespace tier0::transcripts {
namespace {

transport::Descriptor connect_to(int port) {
  transport::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    throw std::runtime_error("cannot connect");
  return socket;
}

std::string find_header(const std::vector<std::string>& head, std::string_view name) {
  for (const std::string& line : head) {
    if (line.size() <= name.size() || line[name.size()] != ':') continue;
    if (::strncasecmp(line.c_str(), std::string(name).c_str(), name.size()) == 0)
      return std::string(trim(std::string_view(line).substr(name.size() + 1)));
  }
  return {};
}

/// Takes complete chunks off the front of `raw`. True at the last one.
bool take_chunks(std::string& raw, std::string& text) {
  for (;;) {
    const auto end = raw.find("\r\n");
    if (end == std::string::npos) return false;
    const std::size_t size = std::stoul(raw.substr(0, end), nullptr, 16);
    if (size == 0) return true;
    if (raw.size() < end + 2 + size + 2) return false;
    text += raw.substr(end + 2, size);
    raw.erase(0, end + 2 + size + 2);
  }
}

}  // namespace

HttpExchange::HttpExchange(int port, const std::string& request, Handlers handlers)
    : handlers_(std::move(handlers)), socket_(connect_to(port)) {
  if (::send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0)
    throw std::runtime_error("cannot send");
  reader_ = std::jthread([this] { read_answer(); });
}

HttpExchange::~HttpExchange() {
  ::shutdown(socket_.get(), SHUT_RDWR);
}

int HttpExchange::status() {
  MutexLock lock(mutex_);
  changed_.wait_for(mutex_, kBound,
                    [this]() REQUIRES(mutex_) { return status_ != 0 || has_ended_; });
  return status_;
}

std::string HttpExchange::header(std::string_view name) {
  status();
  MutexLock lock(mutex_);
  return find_header(head_, name);
}

bool HttpExchange::wait_for_end(std::chrono::milliseconds longest) {
  MutexLock lock(mutex_);
  return changed_.wait_for(mutex_, longest, [this]() REQUIRES(mutex_) { return has_ended_; });
}

bool HttpExchange::fill(std::string& received) {
  std::array<char, 4096> buffer{};
  const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  received.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

void HttpExchange::read_answer() {
  std::string received;
  if (read_head(received)) {
    std::string type;
    std::string encoding;
    std::string length;
    {
      MutexLock lock(mutex_);
      type = find_header(head_, "Content-Type");
      encoding = find_header(head_, "Transfer-Encoding");
      length = find_header(head_, "Content-Length");
    }
    if (type.starts_with("text/event-stream")) {
      read_stream(std::move(received), encoding == "chunked");
    } else {
      const std::size_t size = length.empty() ? 0 : std::stoul(length);
      while (received.size() < size && fill(received)) {
      }
      if (!received.empty()) handlers_.body(received);
    }
  }
  {
    MutexLock lock(mutex_);
    has_ended_ = true;
  }
  changed_.notify_all();
}

bool HttpExchange::read_head(std::string& received) {
  while (received.find("\r\n\r\n") == std::string::npos)
    if (!fill(received)) return false;
  const auto end = received.find("\r\n\r\n");
  std::vector<std::string> lines;
  for (const std::string& line : split(received.substr(0, end), '\n'))
    lines.emplace_back(trim(line));
  received.erase(0, end + 4);
  {
    MutexLock lock(mutex_);
    status_ = std::stoi(lines.front().substr(lines.front().find(' ')));
    head_ = std::move(lines);
  }
  changed_.notify_all();
  return true;
}

void HttpExchange::read_stream(std::string received, bool is_chunked) {
  std::string text;
  for (;;) {
    bool is_last = false;
    if (is_chunked) {
      is_last = take_chunks(received, text);
    } else {
      text += received;
      received.clear();
    }
    take_events(text);
    if (is_last || !fill(received)) return;
  }
}

void HttpExchange::take_events(std::string& text) {
  for (auto end = text.find("\n\n"); end != std::string::npos; end = text.find("\n\n")) {
    std::string name = "message";
    std::string data;
    for (const std::string& line : split(text.substr(0, end), '\n')) {
      if (line.starts_with("event: ")) name = line.substr(7);
      if (line.starts_with("data: ")) data += line.substr(6);
    }
    // A priming event carries no message.
    if (!data.empty()) handlers_.event(name, data);
    text.erase(0, end + 2);
  }
}

}  // namespace tier0::transcripts
