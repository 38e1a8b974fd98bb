#include "server/state/bridge.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <optional>
#include <thread>
#include <vector>

#include "server/base/fd.h"
#include "server/state/line_io.h"

using namespace tier0;

namespace {

const SystemClock kClock;

Cancel soon() {
  return {.stop = {}, .deadline = kClock.now() + std::chrono::seconds(20)};
}

/// Lines pass in upper case where they ask for it, and not at all where they are secret; remembers
/// what was taken.
class Watch final : public BridgeWatch {
 public:
  std::optional<std::string> to_server(const std::string& line) override {
    if (line == "secret") return std::nullopt;
    return line == "shout" ? "SHOUT" : line;
  }
  void taken(const std::string& line) override { lines.push_back(line); }
  std::optional<std::string> to_client(std::string line) override {
    if (line == "secret") return std::nullopt;
    return line;
  }

  std::vector<std::string> lines;
};

/// A bridge in a thread, with the client's and the server's end in the test's hands.
struct Bridged {
  OwnedFd client;  // a socket stands for both of the client's streams
  OwnedFd server;
  OwnedFd inner;
  std::stop_source stop;
  Watch watch;
  std::optional<Bridge> bridge;
  Result<Bridge::End> end = Error{};
  std::jthread thread;

  Bridged() {
    std::signal(SIGPIPE, SIG_IGN);
    int ends[2] = {};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    client.reset(ends[0]);
    inner.reset(ends[1]);
    bridge.emplace(inner.get(), inner.get(), watch);
    next_server();
  }

  ~Bridged() { stop.request_stop(); }

  void next_server() {
    int ends[2] = {};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    server.reset(ends[0]);
    thread = std::jthread([this, outer = OwnedFd(ends[1])] {
      end = bridge->carry(outer.get(), stop.get_token());
      if (end && *end == Bridge::End::Server) (void)bridge->deliver(kClock, soon());
    });
  }

  Bridge::End finish() {
    thread.join();
    REQUIRE(end);
    return *end;
  }
};

void send(const OwnedFd& to, std::string_view bytes) {
  REQUIRE(::send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(bytes.size()));
}

std::string line_from(const OwnedFd& from) {
  const auto line = read_line(from.get(), 16 << 20, kClock, soon());
  return line && *line ? **line : "(end)";
}

}  // namespace

TEST_CASE("a bridge carries lines both ways", "[state][bridge]") {
  Bridged bridge;

  send(bridge.client, "question\n");
  CHECK(line_from(bridge.server) == "question");
  send(bridge.server, "answer\n");
  CHECK(line_from(bridge.client) == "answer");
}

TEST_CASE("a bridge carries lines that fit no buffer", "[state][bridge]") {
  Bridged bridge;
  const std::string longline(3'000'000, 'x');
  std::jthread writer([&] { (void)write_line(bridge.client.get(), longline, kClock, soon()); });

  const std::string there = line_from(bridge.server);
  std::jthread answerer([&] { (void)write_line(bridge.server.get(), longline, kClock, soon()); });
  const std::string back = line_from(bridge.client);

  // Not told apart by Catch, which would print them.
  CHECK((there == longline));
  CHECK((back == longline));
}

TEST_CASE("a bridge passes the client's end on and delivers what is still answered",
          "[state][bridge]") {
  Bridged bridge;
  send(bridge.client, "last");  // a line, though it has no newline
  ::shutdown(bridge.client.get(), SHUT_WR);

  CHECK(line_from(bridge.server) == "last");
  CHECK(line_from(bridge.server) == "(end)");
  send(bridge.server, "late answer\n");
  bridge.server.reset();

  CHECK(line_from(bridge.client) == "late answer");
  CHECK(bridge.finish() == Bridge::End::Server);
  CHECK(bridge.bridge->is_client_done());
}

TEST_CASE("a bridge passes lines in the form that its watch gives them", "[state][bridge]") {
  Bridged bridge;

  send(bridge.client, "shout\nsecret\nlast\n");
  CHECK(line_from(bridge.server) == "SHOUT");
  CHECK(line_from(bridge.server) == "last");
  send(bridge.server, "secret\nanswer\n");

  CHECK(line_from(bridge.client) == "answer");
}

TEST_CASE("the next server gets the line whole that the last one took half of", "[state][bridge]") {
  Bridged bridge;
  const std::string longline(4'000'000, 'x');
  std::jthread writer([&] {
    (void)write_line(bridge.client.get(), "whole", kClock, soon());
    (void)write_line(bridge.client.get(), longline, kClock, soon());
  });
  CHECK(line_from(bridge.server) == "whole");
  bridge.server.reset();
  CHECK(bridge.finish() == Bridge::End::Server);
  CHECK(bridge.watch.lines == std::vector<std::string>{"whole"});

  bridge.next_server();

  CHECK((line_from(bridge.server) == longline));
}

TEST_CASE("what is to be said first goes before what the client said", "[state][bridge]") {
  Bridged bridge;
  bridge.server.reset();
  CHECK(bridge.finish() == Bridge::End::Server);
  send(bridge.client, "question\n");
  bridge.bridge->say_first({"dropped"});
  bridge.bridge->say_first({"hello", "again"});

  bridge.next_server();

  CHECK(line_from(bridge.server) == "hello");
  CHECK(line_from(bridge.server) == "again");
  CHECK(line_from(bridge.server) == "question");
}

TEST_CASE("a bridge never gives the client half of an answer", "[state][bridge]") {
  Bridged bridge;
  send(bridge.server, "whole\nhalf of an an");
  bridge.server.reset();
  CHECK(bridge.finish() == Bridge::End::Server);

  bridge.next_server();
  send(bridge.server, "next\n");

  CHECK(line_from(bridge.client) == "whole");
  CHECK(line_from(bridge.client) == "next");
}

TEST_CASE("a bridge keeps of an endless line just enough for the server to refuse it",
          "[state][bridge]") {
  Bridged bridge;
  const std::string endless(8 << 20, 'x');
  std::jthread writer([&] {
    (void)write_line(bridge.client.get(), endless, kClock, soon());
    (void)write_line(bridge.client.get(), "next", kClock, soon());
  });

  const std::string cut = line_from(bridge.server);

  CHECK(cut.size() < endless.size());
  CHECK(cut.size() > std::size_t{4} << 20);
  CHECK(line_from(bridge.server) == "next");
}

TEST_CASE("a bridge ends when the client no longer listens", "[state][bridge]") {
  Bridged bridge;
  bridge.client.reset();
  send(bridge.server, "answer\n");

  CHECK(bridge.finish() == Bridge::End::Client);
}

TEST_CASE("a bridge ends when stopped", "[state][bridge][cancel]") {
  Bridged bridge;

  bridge.stop.request_stop();

  CHECK(bridge.finish() == Bridge::End::Stopped);
}
