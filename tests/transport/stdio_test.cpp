#include "server/transport/stdio.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <future>

#include "server/base/json.h"
#include "server/base/worker_pool.h"
#include "server/transport/line_writer.h"
#include "tests/conformance/fixture.h"

using namespace tier0;
using namespace tier0::transport;

namespace {

constexpr int kBoundMs = 10'000;
constexpr const char* kHandshake =
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\","
    "\"params\":{\"protocolVersion\":\"2025-06-18\"}}\n";
constexpr const char* kWait =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
    "{\"name\":\"test_wait_for_cancel\",\"_meta\":{\"progressToken\":1}}}\n";
constexpr const char* kPing = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}\n";

struct Pipe {
  Pipe() {
    std::array<int, 2> fds{};
    if (::pipe2(fds.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read = Descriptor(fds[0]);
    write = Descriptor(fds[1]);
  }
  Descriptor read;
  Descriptor write;
};

/// A served client on pipes.
class Served {
 public:
  explicit Served(StdioOptions options = {})
      : pool_(std::in_place, 2, 16), endpoint_(fixture_, *pool_, clock_) {
    auto done = std::make_shared<std::promise<Result<Unit>>>();
    ended_ = done->get_future();
    thread_ = std::jthread([this, options, done](const std::stop_token& stop) {
      StdioTransport transport(endpoint_, {.name = "tester"}, in_.read.get(), out_.write.get(),
                               options);
      done->set_value(transport.serve(stop));
    });
  }
  ~Served() {
    thread_.request_stop();
    thread_.join();
    endpoint_.shutdown();
    pool_.reset();
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  void say(const std::string& text) {
    REQUIRE(::write(in_.write.get(), text.data(), text.size()) ==
            static_cast<ssize_t>(text.size()));
  }

  /// The next line, or nothing within the bound.
  std::string line() {
    for (;;) {
      if (const auto end = waiting_.find('\n'); end != std::string::npos) {
        std::string found = waiting_.substr(0, end);
        waiting_.erase(0, end + 1);
        return found;
      }
      pollfd ready{.fd = out_.read.get(), .events = POLLIN, .revents = 0};
      std::array<char, 65536> buffer{};
      if (::poll(&ready, 1, kBoundMs) <= 0) return {};
      const ssize_t got = ::read(out_.read.get(), buffer.data(), buffer.size());
      if (got <= 0) return {};
      waiting_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  void end_input() { in_.write.reset(); }
  void stop() { thread_.request_stop(); }
  void leave() { out_.read.reset(); }
  /// How serving ended; nothing if it did not in time.
  std::optional<Result<Unit>> ended() {
    if (ended_.wait_for(std::chrono::milliseconds(kBoundMs)) != std::future_status::ready)
      return std::nullopt;
    return ended_.get();
  }
  mcp::Endpoint& endpoint() { return endpoint_; }

 private:
  SystemClock clock_;
  conformance::Fixture fixture_{clock_};
  std::optional<WorkerPool> pool_;
  mcp::Endpoint endpoint_;
  Pipe in_;
  Pipe out_;
  std::string waiting_;
  std::future<Result<Unit>> ended_;
  std::jthread thread_;
};

}  // namespace

TEST_CASE("stdio answers each line with a line", "[transport][stdio]") {
  Served served;

  served.say(std::string(kPing) + kPing);

  CHECK(Json::parse(served.line())["id"] == 2);
  CHECK(Json::parse(served.line())["id"] == 2);
}

TEST_CASE("stdio ends at once at the end of input, whatever runs", "[transport][stdio]") {
  Served served;
  served.say(std::string(kHandshake) + kWait);
  served.line();
  served.line();

  const auto start = std::chrono::steady_clock::now();
  served.end_input();
  const auto ended = served.ended();

  REQUIRE(ended);
  CHECK(*ended);
  // The call would run for 20 s.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("stdio ends at once when told to stop, and tells its client", "[transport][stdio]") {
  Served served;
  served.say(std::string(kHandshake) + kWait);
  served.line();
  served.line();

  served.stop();

  const auto ended = served.ended();
  REQUIRE(ended);
  CHECK(*ended);
  CHECK(Json::parse(served.line())["error"]["message"] == "the server is shutting down");
}

TEST_CASE("stdio answers a last line that has no newline", "[transport][stdio]") {
  Served served;

  served.say(R"({"jsonrpc":"2.0","id":7,"method":"ping"})");
  served.end_input();

  CHECK(Json::parse(served.line())["id"] == 7);
}

TEST_CASE("stdio refuses a line that is too long and reads the next", "[transport][stdio]") {
  Served served({.line = 1000});

  served.say(std::string(3000, 'x') + "\n" + kPing);

  CHECK(Json::parse(served.line())["error"]["code"] == -32700);
  CHECK(Json::parse(served.line())["id"] == 2);
}

TEST_CASE("stdio carries messages larger than a pipe holds", "[transport][stdio]") {
  Served served;
  served.say(kHandshake);
  served.line();
  const std::string text(300'000, 'x');

  served.say(
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
      "{\"name\":\"json_schema_2020_12_tool\",\"arguments\":{\"name\":\"" +
      text + "\"}}}\n");

  const Json answer = Json::parse(served.line());
  CHECK(answer["id"] == 1);
  CHECK(dump_json(answer).find(text) != std::string::npos);
}

TEST_CASE("stdio notices a client that has gone", "[transport][stdio]") {
  Served served;
  served.leave();

  served.say(kPing);

  const auto ended = served.ended();
  REQUIRE(ended);
  CHECK_FALSE(*ended);
}

TEST_CASE("a line writer gives up on a client that does not read", "[transport][stdio]") {
  Pipe pipe;
  LineWriter writer(pipe.write.get());
  const std::string line(1024 * 1024, 'x');

  bool accepted = true;
  for (int i = 0; i < 64 && accepted; ++i) accepted = writer.send({.bytes = line});

  CHECK_FALSE(accepted);
  CHECK(writer.has_failed());
}

TEST_CASE("a line writer ends in time although its client does not read", "[transport][stdio]") {
  Pipe pipe;
  LineWriter writer(pipe.write.get());
  writer.send({.bytes = std::string(1024 * 1024, 'x')});

  const auto start = std::chrono::steady_clock::now();
  writer.finish(std::chrono::milliseconds(50));

  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK_FALSE(writer.send({.bytes = "late"}));
}

TEST_CASE("a line writer writes what waits before it ends", "[transport][stdio]") {
  Pipe pipe;
  LineWriter writer(pipe.write.get());
  for (int i = 0; i < 100; ++i) writer.send({.bytes = std::to_string(i % 10)});

  writer.finish(std::chrono::seconds(10));

  std::array<char, 200> buffer{};
  CHECK(::read(pipe.read.get(), buffer.data(), buffer.size()) == 100);
  CHECK(std::string(buffer.data(), 12) == "012345678901");
}

TEST_CASE("a claimed stdout is out of reach of whatever prints", "[transport][stdio]") {
  Pipe out;
  Pipe err;
  const pid_t child = ::fork();
  if (child == 0) {
    // Nothing but plain calls here: the parent has threads.
    ::dup2(out.write.get(), STDOUT_FILENO);
    ::dup2(err.write.get(), STDERR_FILENO);
    const auto claimed = claim_stdout();
    const bool printed = ::write(STDOUT_FILENO, "stray", 5) == 5;
    const bool framed = claimed && ::write(claimed->get(), "frame", 5) == 5;
    ::_exit(printed && framed ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);

  std::array<char, 64> buffer{};
  CHECK(status == 0);
  CHECK(::read(out.read.get(), buffer.data(), buffer.size()) == 5);
  CHECK(std::string(buffer.data(), 5) == "frame");
  CHECK(::read(err.read.get(), buffer.data(), buffer.size()) == 5);
  CHECK(std::string(buffer.data(), 5) == "stray");
}
