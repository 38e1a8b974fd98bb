// Hosts that cannot be reached, and servers that are none: before anybody logs in.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <future>

#include "tests/ssh/sshd.h"

namespace tier0 {
namespace {

using namespace std::chrono_literals;
using testing::Loopback;
using testing::web1;
using Clk = std::chrono::steady_clock;

const std::string kSomeKey = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A runner for a host "web-1" at that port, quick to lose patience.
std::unique_ptr<SshRunner> runner_for(std::uint16_t port, const SshLimits& limits) {
  return make_ssh_runner(
      {.user = "nobody",
       .private_key = [](KeyUse, const Cancel&) -> Result<Secret> { return Secret("x"); },
       .find_host = [port](const HostName&) -> std::optional<SshHost> {
         return SshHost{.address = "127.0.0.1",
                        .port = port,
                        .host_key = *HostKeyFingerprint::parse(kSomeKey)};
       },
       .limits = limits});
}

/// Reads until the other side ends, so that it is never refused a byte.
void swallow(int connection) {
  char chunk[4096];
  while (::read(connection, chunk, sizeof chunk) > 0) continue;
}

struct Timed {
  Result<CommandOutput> done;
  Clk::duration took;
};
Timed timed_run(SshRunner& runner, const Command& command, const Cancel& cancel) {
  const auto begin = Clk::now();
  auto done = runner.run(web1(), command, cancel);
  return {std::move(done), Clk::now() - begin};
}

}  // namespace

TEST_CASE("a closed port is ssh_unreachable at once", "[ssh][deadline]") {
  std::uint16_t port = 0;
  {
    port = Loopback([](int connection, const std::stop_token&) { ::close(connection); }).port();
  }

  const auto [done, took] = timed_run(*runner_for(port, {}), {.argv = {"true"}}, Cancel{});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshUnreachable);
  CHECK_FALSE(done.error().maybe_done);
  CHECK(took < 2s);
}

TEST_CASE("a host that swallows our packets is ssh_unreachable after the connect limit",
          "[ssh][deadline]") {
  // A full backlog on loopback drops what comes next, as a filtering firewall does.
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener, 0) == 0);
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  int fillers[8];
  for (int& filler : fillers) {
    filler = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    ::connect(filler, reinterpret_cast<sockaddr*>(&address), size);
  }

  const auto [done, took] =
      timed_run(*runner_for(ntohs(address.sin_port), {.connect = 300ms}), {.argv = {"true"}}, {});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshUnreachable);
  CHECK(took >= 300ms);
  CHECK(took < 2s);

  SECTION("and a stop ends the wait at once") {
    std::stop_source stop;
    const auto runner = runner_for(ntohs(address.sin_port), {});
    auto call = std::async(std::launch::async, [&] {
      return timed_run(*runner, {.argv = {"true"}}, {.stop = stop.get_token()});
    });
    CHECK(call.wait_for(100ms) == std::future_status::timeout);
    const auto begin = Clk::now();
    stop.request_stop();
    CHECK(call.get().done.error().code == Code::Cancelled);
    CHECK(Clk::now() - begin < 1s);
  }
  for (const int filler : fillers) ::close(filler);
  ::close(listener);
}

TEST_CASE("a server that accepts and says nothing is ssh_unreachable after the connect limit",
          "[ssh][deadline]") {
  const Loopback server([](int connection, const std::stop_token&) {
    swallow(connection);
    ::close(connection);
  });

  const auto [done, took] =
      timed_run(*runner_for(server.port(), {.connect = 300ms}), {.argv = {"true"}}, {});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshUnreachable);
  CHECK(took < 2s);
}

TEST_CASE("a server that stalls after its banner is ssh_unreachable after the connect limit",
          "[ssh][deadline]") {
  const Loopback server([](int connection, const std::stop_token&) {
    ::send(connection, "SSH-2.0-stalled\r\n", 17, MSG_NOSIGNAL);
    swallow(connection);
    ::close(connection);
  });

  const auto [done, took] =
      timed_run(*runner_for(server.port(), {.connect = 300ms}), {.argv = {"true"}}, {});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshUnreachable);
  CHECK(took < 2s);
}

TEST_CASE("a caller's own deadline is a timeout, whatever the host does", "[ssh][deadline]") {
  const Loopback server([](int connection, const std::stop_token&) {
    swallow(connection);
    ::close(connection);
  });

  const auto [done, took] = timed_run(*runner_for(server.port(), {}), {.argv = {"true"}},
                                      {.deadline = Clk::now() + 300ms});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Timeout);
  CHECK_FALSE(done.error().maybe_done);
  CHECK(took < 2s);
}

TEST_CASE("a server that never stops greeting is left at the connect limit", "[ssh][deadline]") {
  const Loopback server([](int connection, const std::stop_token&) {
    const std::string line = std::string(200, 'x') + "\r\n";
    while (::send(connection, line.data(), line.size(), MSG_NOSIGNAL) > 0) continue;
    ::close(connection);
  });

  const auto [done, took] =
      timed_run(*runner_for(server.port(), {.connect = 500ms}), {.argv = {"true"}}, {});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshUnreachable);
  CHECK(took < 3s);
}

TEST_CASE("a server that speaks no SSH is ssh_unreachable", "[ssh][deadline]") {
  for (const std::string& greeting :
       {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string(100000, 'x'),
        std::string("SSH-1.5-old\r\n"), std::string("SSH-2.0-x\r\n") + std::string(4096, '\xff')}) {
    const Loopback server([&greeting](int connection, const std::stop_token&) {
      ::send(connection, greeting.data(), greeting.size(), MSG_NOSIGNAL);
      ::shutdown(connection, SHUT_WR);
      swallow(connection);
      ::close(connection);
    });

    const auto [done, took] =
        timed_run(*runner_for(server.port(), {.connect = 3s}), {.argv = {"true"}}, {});

    INFO(greeting.substr(0, 20));
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::SshUnreachable);
    CHECK(took < 2s);
  }
}

TEST_CASE("a call that was cancelled before it began connects nowhere", "[ssh][cancel]") {
  const Loopback server([](int connection, const std::stop_token&) { ::close(connection); });
  std::stop_source stop;
  stop.request_stop();

  const auto done =
      runner_for(server.port(), {})->run(web1(), {.argv = {"true"}}, {.stop = stop.get_token()});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Cancelled);
  CHECK(server.accepted() == 0);
}

}  // namespace tier0
