#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "server/base/files.h"
#include "server/state/line_io.h"
#include "server/state/local_client.h"
#include "server/state/local_server.h"
#include "server/state/socket_address.h"
#include "tests/fakes/temp_folder.h"

using namespace tier0;

namespace {

const SystemClock kClock;

Cancel soon() {
  return {.stop = {}, .deadline = kClock.now() + std::chrono::seconds(20)};
}

/// A server that echoes, and lets nobody be agent "nobody".
struct EchoServer {
  explicit EchoServer(const std::filesystem::path& path, LocalServerOptions options = {})
      : socket(path), server(LocalServer::start(path, std::move(options), handlers())) {
    INFO((server ? "" : server.error().message));
    REQUIRE(server);
  }

  static LocalHandlers handlers() {
    return {.admit = [](const Hello& hello, const Peer&) -> Result<Unit> {
              if (hello.agent != "nobody") return Unit{};
              return Error{.code = Code::Forbidden, .message = "no such agent", .hint = "Ask."};
            },
            .on_mcp =
                [](int fd, const Hello& hello, const Peer&, std::stop_token stop) {
                  const Cancel cancel{.stop = std::move(stop)};
                  for (;;) {
                    const auto line = read_line(fd, 1 << 20, kClock, cancel);
                    if (!line || !*line) return;
                    if (!write_line(fd, hello.agent + ":" + **line, kClock, cancel)) return;
                  }
                },
            .on_admin =
                [](const Json& request, const Hello& hello, const Peer& peer, std::stop_token) {
                  return Json{{"request", request},
                              {"agent", hello.agent},
                              {"uid", peer.uid},
                              {"pid", peer.pid},
                              {"options", hello.options}};
                }};
  }

  Result<OwnedFd> connect(const std::string& agent) const {
    return connect_local(socket, {.agent = agent}, kClock, soon());
  }

  std::filesystem::path socket;
  Result<std::unique_ptr<LocalServer>> server;
};

/// A connection that has said nothing yet.
OwnedFd raw_connection(const std::filesystem::path& path) {
  const auto address = SocketAddress::of(path);
  REQUIRE(address);
  OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(fd.get(), address->get(), address->size()) == 0);
  return fd;
}

std::string line_from(int fd) {
  const auto line = read_line(fd, 1 << 20, kClock, soon());
  return line && *line ? **line : "(end)";
}

std::string answer_to(const std::filesystem::path& path, const std::string& hello) {
  const OwnedFd fd = raw_connection(path);
  REQUIRE(write_line(fd.get(), hello, kClock, soon()));
  return line_from(fd.get());
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777U;
}

}  // namespace

TEST_CASE("after the hello the socket is a plain stream, both ways", "[state][socket]") {
  const TempFolder folder;
  const EchoServer echo(folder / "s");

  const auto fd = echo.connect("one");

  REQUIRE(fd);
  REQUIRE(write_line(fd->get(), "first\nsecond", kClock, soon()));
  CHECK(line_from(fd->get()) == "one:first");
  CHECK(line_from(fd->get()) == "one:second");
}

TEST_CASE("what a client sends behind its hello is not lost", "[state][socket]") {
  const TempFolder folder;
  const EchoServer echo(folder / "s");
  const OwnedFd fd = raw_connection(echo.socket);

  REQUIRE(write_line(fd.get(),
                     "{\"tier0\":1,\"as\":{\"agent\":\"one\"},\"purpose\":\"mcp\"}\nearly", kClock,
                     soon()));

  CHECK(line_from(fd.get()) == R"({"ok":true})");
  CHECK(line_from(fd.get()) == "one:early");
}

TEST_CASE("an admin request is answered with the peer's own uid and pid", "[state][socket]") {
  const TempFolder folder;
  const EchoServer echo(folder / "s");

  auto client = AdminClient::connect(echo.socket, {.options = {{"x", 1}}}, kClock, soon());
  REQUIRE(client);
  const auto first = client->call({{"n", 1}}, soon());
  const auto second = client->call({{"n", 2}}, soon());

  REQUIRE(first);
  REQUIRE(second);
  CHECK((*first)["uid"] == ::geteuid());
  CHECK((*first)["pid"] == ::getpid());
  CHECK((*first)["agent"] == "");
  CHECK((*first)["options"] == Json({{"x", 1}}));
  CHECK((*second)["request"]["n"] == 2);
}

TEST_CASE("who is not admitted is told why", "[state][socket]") {
  const TempFolder folder;
  const EchoServer echo(folder / "s");

  const auto fd = echo.connect("nobody");

  REQUIRE(!fd);
  CHECK(fd.error().code == Code::Forbidden);
  CHECK(fd.error().message == "no such agent");
  CHECK(fd.error().hint == "Ask.");
}

TEST_CASE("a hello of another form is refused", "[state][socket]") {
  const TempFolder folder;
  const EchoServer echo(folder / "s");
  const std::string hello =
      GENERATE("not json", "[]", "{}", R"({"tier0":2,"as":{"agent":"a"},"purpose":"mcp"})",
               R"({"tier0":1,"as":{"agent":""},"purpose":"mcp"})",
               R"({"tier0":1,"as":{"agent":"a","person":true},"purpose":"mcp"})",
               R"({"tier0":1,"as":{"person":false},"purpose":"mcp"})",
               R"({"tier0":1,"as":{"agent":"a"},"purpose":"root"})",
               R"({"tier0":1,"as":{"agent":"a"},"purpose":"mcp","options":[]})",
               R"({"tier0":1,"as":{"agent":"a"},"purpose":"mcp","uid":0})");
  INFO(hello);

  const auto answer = parse_json(answer_to(echo.socket, hello));

  REQUIRE(answer);
  CHECK((*answer)["ok"] == false);
  CHECK((*answer)["kind"] == "validation");
}

TEST_CASE("a hello reads as it was written", "[state][socket]") {
  const Hello hello{
      .agent = "a", .purpose = Hello::Purpose::Admin, .options = {{"toolsets", {"core"}}}};

  const auto read = parse_hello(dump_json(to_json(hello)));

  REQUIRE(read);
  CHECK(read->agent == "a");
  CHECK(read->purpose == Hello::Purpose::Admin);
  CHECK(read->options == hello.options);
}

TEST_CASE("a hello that is too long is refused", "[state][socket]") {
  const TempFolder folder;
  const EchoServer echo(folder / "s");

  const std::string answer = answer_to(echo.socket, std::string(70'000, 'x'));

  CHECK(answer.find("too long") != std::string::npos);
}

TEST_CASE("a client that says nothing is let go after the deadline", "[state][socket]") {
  const TempFolder folder;
  const EchoServer echo(folder / "s", {.hello_within = std::chrono::milliseconds(50)});
  const OwnedFd fd = raw_connection(echo.socket);

  CHECK(line_from(fd.get()).find("timeout") != std::string::npos);
  CHECK(line_from(fd.get()) == "(end)");
}

TEST_CASE("connections beyond the limit are refused and a freed one is reused", "[state][socket]") {
  const TempFolder folder;
  const EchoServer echo(folder / "s", {.connections = 2});
  auto first = echo.connect("one");
  const auto second = echo.connect("two");
  REQUIRE(first);
  REQUIRE(second);

  const auto third = echo.connect("three");
  ::shutdown(first->get(), SHUT_WR);
  REQUIRE(line_from(first->get()) == "(end)");
  auto fourth = echo.connect("four");

  REQUIRE(!third);
  CHECK(third.error().code == Code::Overloaded);
  CHECK(fourth);
}

TEST_CASE("the socket is its owner's alone", "[state][socket]") {
  const TempFolder folder;

  const EchoServer echo(folder / "s");

  CHECK(mode_of(echo.socket) == 0600);
}

TEST_CASE("the socket is the group's where a group is named", "[state][socket]") {
  if (::geteuid() != 0) {
    WARN("SKIPPED: only root may give the socket to any group");
    return;
  }
  const TempFolder folder;

  const EchoServer echo(folder / "s", {.group = "daemon"});

  CHECK(mode_of(echo.socket) == 0660);
}

TEST_CASE("a server for an unknown group does not start", "[state][socket]") {
  const TempFolder folder;

  const auto server =
      LocalServer::start(folder / "s", {.group = "no-such-group-here"}, EchoServer::handlers());

  REQUIRE(!server);
  CHECK(server.error().code == Code::NotConfigured);
  CHECK(!std::filesystem::exists(folder / "s"));
}

TEST_CASE("a stale socket is replaced and the server's own removed at its end", "[state][socket]") {
  const TempFolder folder;
  {
    const auto address = SocketAddress::of(folder / "s");
    REQUIRE(address);
    const OwnedFd dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(dead.get(), address->get(), address->size()) == 0);
  }

  {
    const EchoServer echo(folder / "s");
    CHECK(echo.connect("one"));
  }

  CHECK(!std::filesystem::exists(folder / "s"));
}

TEST_CASE("a file where the socket should be is left alone", "[state][socket]") {
  const TempFolder folder;
  REQUIRE(replace_file(folder / "s", "mine"));

  const auto server = LocalServer::start(folder / "s", {}, EchoServer::handlers());

  REQUIRE(!server);
  CHECK(server.error().code == Code::WrongState);
  CHECK(std::filesystem::exists(folder / "s"));
}

TEST_CASE("a socket works at a path that is too long for an address", "[state][socket]") {
  const TempFolder folder;
  const auto deep = folder / std::string(120, 'd');
  std::filesystem::create_directory(deep);

  const EchoServer echo(deep / "tier0.sock");
  const auto fd = echo.connect("one");

  REQUIRE(fd);
  CHECK(std::filesystem::is_socket(deep / "tier0.sock"));
}

TEST_CASE("a socket whose own name is too long is refused", "[state][socket]") {
  const TempFolder folder;

  const auto server =
      LocalServer::start(folder / std::string(120, 's'), {}, EchoServer::handlers());

  REQUIRE(!server);
  CHECK(server.error().code == Code::Validation);
}

TEST_CASE("connecting where nobody listens says so", "[state][socket]") {
  const TempFolder folder;

  const auto fd = connect_local(folder / "s", {.agent = "a"}, kClock, soon());

  REQUIRE(!fd);
  CHECK(fd.error().code == Code::NotFound);
}

TEST_CASE("stopping the server ends its connections and their handlers", "[state][socket]") {
  const TempFolder folder;
  EchoServer echo(folder / "s");
  const auto fd = echo.connect("one");
  const OwnedFd silent = raw_connection(echo.socket);
  REQUIRE(fd);

  echo.server = Error{};

  CHECK(line_from(fd->get()) == "(end)");
}

TEST_CASE("many clients talk at once and each hears its own", "[state][socket]") {
  const TempFolder folder;
  const EchoServer echo(folder / "s");
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> clients;
    for (int c = 0; c < 16; ++c)
      clients.emplace_back([&, name = "agent-" + std::to_string(c)] {
        const auto fd = echo.connect(name);
        if (!fd) return;
        for (int i = 0; i < 20; ++i)
          if (write_line(fd->get(), std::to_string(i), kClock, soon()) &&
              line_from(fd->get()) == name + ":" + std::to_string(i))
            ++right;
      });
  }

  CHECK(right == 16 * 20);
}
