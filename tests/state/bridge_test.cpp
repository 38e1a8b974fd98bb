#include "server/state/bridge.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "server/base/fd.h"
#include "server/state/line_io.h"

using namespace tier0;

namespace {

const SystemClock kClock;

Cancel soon() {
  return {.stop = {}, .deadline = kClock.now() + std::chrono::seconds(20)};
}

/// A bridge in a thread, with the client's and the server's end in the test's hands.
struct Bridge {
  OwnedFd client;  // a socket stands for both of the client's streams
  OwnedFd server;
  std::stop_source stop;
  Result<BridgeEnd> end = Error{};
  std::jthread thread;

  Bridge() {
    std::signal(SIGPIPE, SIG_IGN);
    int a[2] = {};
    int b[2] = {};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, a) == 0);
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, b) == 0);
    client.reset(a[0]);
    server.reset(b[0]);
    thread = std::jthread([this, inner = OwnedFd(a[1]), outer = OwnedFd(b[1])] {
      end = bridge(inner.get(), inner.get(), outer.get(), stop.get_token());
    });
  }

  ~Bridge() { stop.request_stop(); }

  BridgeEnd finish() {
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
  Bridge bridge;

  send(bridge.client, "question\n");
  CHECK(line_from(bridge.server) == "question");
  send(bridge.server, "answer\n");
  CHECK(line_from(bridge.client) == "answer");
}

TEST_CASE("a bridge carries lines that fit no buffer", "[state][bridge]") {
  Bridge bridge;
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
  Bridge bridge;
  send(bridge.client, "last\n");
  ::shutdown(bridge.client.get(), SHUT_WR);

  CHECK(line_from(bridge.server) == "last");
  CHECK(line_from(bridge.server) == "(end)");
  send(bridge.server, "late answer\n");
  bridge.server.reset();

  CHECK(line_from(bridge.client) == "late answer");
  CHECK(bridge.finish().who == BridgeEnd::Who::Client);
}

TEST_CASE("a bridge whose server goes hands back the line that was torn", "[state][bridge]") {
  Bridge bridge;
  send(bridge.client, "whole\nhalf of a li");
  CHECK(line_from(bridge.server) == "whole");
  const timeval bound{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(bridge.server.get(), SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
  char taken[12] = {};
  REQUIRE(::recv(bridge.server.get(), taken, sizeof taken, MSG_WAITALL) == sizeof taken);

  bridge.server.reset();

  const BridgeEnd end = bridge.finish();
  CHECK(end.who == BridgeEnd::Who::Server);
  CHECK(end.unsent == "half of a li");
}

TEST_CASE("a bridge never gives the client half of an answer", "[state][bridge]") {
  Bridge bridge;
  send(bridge.server, "whole\nhalf of an an");

  bridge.server.reset();

  CHECK(bridge.finish().who == BridgeEnd::Who::Server);
  CHECK(line_from(bridge.client) == "whole");
  CHECK(line_from(bridge.client) == "(end)");
}

TEST_CASE("a bridge ends when the client no longer listens", "[state][bridge]") {
  Bridge bridge;
  bridge.client.reset();
  send(bridge.server, "answer\n");
  bridge.server.reset();

  CHECK(bridge.finish().who == BridgeEnd::Who::Client);
}

TEST_CASE("a bridge ends when stopped", "[state][bridge][cancel]") {
  Bridge bridge;

  bridge.stop.request_stop();

  CHECK(bridge.finish().who == BridgeEnd::Who::Stopped);
}
