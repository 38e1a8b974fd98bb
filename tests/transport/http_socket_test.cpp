#include "server/transport/http_socket.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/transport/raw_client.h"

using namespace tier0::transport;
using namespace std::chrono_literals;

namespace {

struct Pair {
  explicit Pair(HttpLimits given = {}) : limits(given) {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    socket = std::make_unique<BufferedSocket>(Descriptor(ends[0]), limits);
    peer = std::make_unique<RawClient>(Descriptor(ends[1]));
  }

  bool has_arrived() const {
    pollfd ready{.fd = peer->fd(), .events = POLLIN, .revents = 0};
    return ::poll(&ready, 1, 0) == 1;
  }

  HttpLimits limits;
  std::unique_ptr<BufferedSocket> socket;
  std::unique_ptr<RawClient> peer;
};

std::string head_of(BufferedSocket& socket) {
  const auto head = socket.peek_head();
  const auto* bytes = std::get_if<std::string_view>(&head);
  return bytes == nullptr ? "" : std::string(*bytes);
}

std::string read_all(BufferedSocket& socket) {
  std::array<char, 7> bytes{};
  std::string out;
  for (ssize_t n = 0; (n = socket.read(bytes.data(), bytes.size())) > 0;)
    out.append(bytes.data(), static_cast<std::size_t>(n));
  return out;
}

}  // namespace

TEST_CASE("what is written to a connection leaves in one piece", "[transport][socket]") {
  Pair pair;

  pair.socket->write("head\r\n\r\n");
  pair.socket->write("body");
  const bool early = pair.has_arrived();
  REQUIRE(pair.socket->flush());

  CHECK(!early);
  std::array<char, 64> bytes{};
  CHECK(::recv(pair.peer->fd(), bytes.data(), bytes.size(), 0) == 12);
}

TEST_CASE("a request is read to its end and not beyond", "[transport][socket]") {
  Pair pair;
  const std::string first = "POST / HTTP/1.1\r\n\r\n";
  pair.peer->send(first + "bodyGET / HTTP/1.1\r\n\r\n");

  REQUIRE(head_of(*pair.socket) == first);
  pair.socket->begin_request(first.size(), 4);

  CHECK(read_all(*pair.socket) == first + "body");
  CHECK(pair.socket->is_at_end());
  CHECK(head_of(*pair.socket) == "GET / HTTP/1.1\r\n\r\n");
}

TEST_CASE("a body that is refused is not read", "[transport][socket]") {
  Pair pair;
  pair.peer->send("body");
  pair.socket->begin_request(0, 4);

  pair.socket->refuse_body();

  CHECK(read_all(*pair.socket).empty());
  CHECK(!pair.socket->is_at_end());
}

TEST_CASE("a peer that left is noticed behind what it sent", "[transport][socket]") {
  Pair pair;
  pair.peer->send("more");
  const bool before = pair.socket->is_peer_gone();

  pair.peer->close();

  CHECK(!before);
  CHECK(pair.socket->is_peer_gone());
}

TEST_CASE("a wait for a request ends when the server stops", "[transport][socket]") {
  Pair pair;
  const Descriptor stop(::eventfd(1, EFD_CLOEXEC));

  CHECK(pair.socket->wait_for_bytes(10s, stop.get()) == BufferedSocket::Arrival::Stopped);
}

TEST_CASE("a wait for a request ends after its time", "[transport][socket]") {
  Pair pair;
  const Descriptor stop(::eventfd(0, EFD_CLOEXEC));

  CHECK(pair.socket->wait_for_bytes(10ms, stop.get()) == BufferedSocket::Arrival::Nothing);
}

TEST_CASE("a read can be interrupted from another thread", "[transport][socket]") {
  Pair pair;
  std::jthread other([&pair] { pair.socket->interrupt(); });

  CHECK(head_of(*pair.socket).empty());
}

TEST_CASE("a peer that takes nothing is given up on", "[transport][socket]") {
  Pair pair({.write_time = 50ms});

  pair.socket->write(std::string(10'000'000, 'x'));

  CHECK(!pair.socket->flush());
}
