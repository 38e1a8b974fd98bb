// A client on two pipes, served by the real stdio transport.
#include <unistd.h>

#include <array>
#include <thread>

#include "server/transport/descriptor.h"
#include "server/transport/stdio.h"
#include "tests/transcripts/wire.h"

namespace tier0::transcripts {
namespace {

using transport::Descriptor;

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  std::array<int, 2> fds{};
  if (::pipe(fds.data()) != 0) throw std::runtime_error("no pipe");
  return {.read = Descriptor(fds[0]), .write = Descriptor(fds[1])};
}

class LineWire final : public Wire {
 public:
  explicit LineWire(mcp::Endpoint& endpoint)
      : server_([this, &endpoint](const std::stop_token& stop) {
          transport::StdioTransport transport(endpoint, {.name = "tester"}, to_server_.read.get(),
                                              to_client_.write.get());
          (void)transport.serve(stop);
          to_client_.write.reset();
        }),
        reader_([this] { read_messages(); }) {}

  void send(const std::string& text, const Headers&) override {
    const std::string line = text + '\n';
    if (::write(to_server_.write.get(), line.data(), line.size()) < 0)
      throw std::runtime_error("the server does not read");
  }

  int status() override { return 0; }

  std::optional<std::string> receive(std::chrono::milliseconds longest) override {
    return inbox_.take(longest);
  }

  void finish() override {
    to_server_.write.reset();
    server_.join();
    reader_.join();
  }

  ~LineWire() override {
    if (server_.joinable()) finish();
  }

 private:
  void read_messages() {
    std::string waiting;
    std::array<char, 4096> buffer{};
    for (;;) {
      const ssize_t got = ::read(to_client_.read.get(), buffer.data(), buffer.size());
      if (got <= 0) return;
      waiting.append(buffer.data(), static_cast<std::size_t>(got));
      for (auto end = waiting.find('\n'); end != std::string::npos; end = waiting.find('\n')) {
        inbox_.put(waiting.substr(0, end));
        waiting.erase(0, end + 1);
      }
    }
  }

  Pipe to_server_ = make_pipe();
  Pipe to_client_ = make_pipe();
  Inbox inbox_;
  std::jthread server_;
  std::jthread reader_;
};

}  // namespace

void Inbox::put(std::string message) {
  {
    MutexLock lock(mutex_);
    messages_.push_back(std::move(message));
  }
  arrived_.notify_all();
}

std::optional<std::string> Inbox::take(std::chrono::milliseconds longest) {
  MutexLock lock(mutex_);
  const bool is_there =
      arrived_.wait_for(mutex_, longest, [this]() REQUIRES(mutex_) { return !messages_.empty(); });
  if (!is_there) return std::nullopt;
  std::string message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

std::unique_ptr<Wire> connect_lines(mcp::Endpoint& endpoint) {
  return std::make_unique<LineWire>(endpoint);
}

}  // namespace tier0::transcripts
