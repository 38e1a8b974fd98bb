// conformance-server --listen HOST:PORT: the protocol library with the fixture of the official
// suite, at /mcp. For tests on loopback only: it knows no callers.
#include <csignal>
#include <iostream>
#include <string>

#include "server/base/worker_pool.h"
#include "server/transport/http_server.h"
#include "tests/conformance/fixture.h"

namespace {

using namespace tier0;

constexpr std::size_t kThreads = 8;
constexpr std::size_t kQueue = 256;

struct Address {
  std::string host;
  int port;
};

std::optional<Address> read_address(int argc, char** argv) {
  if (argc != 3 || std::string(argv[1]) != "--listen") return std::nullopt;
  const std::string text = argv[2];
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  char* end = nullptr;
  const long port = std::strtol(text.c_str() + colon + 1, &end, 10);
  if (*end != '\0' || port < 0 || port > 65535) return std::nullopt;
  return Address{.host = text.substr(0, colon), .port = static_cast<int>(port)};
}

int wait_for_end() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  int received = 0;
  sigwait(&signals, &received);
  return received;
}

/// Before any thread starts, so that only wait_for_end() sees them.
void block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

int main(int argc, char** argv) {
  const auto address = read_address(argc, argv);
  if (!address) {
    std::cerr << "usage: conformance-server --listen HOST:PORT\n";
    return 2;
  }
  block_signals();
  const SystemClock clock;
  conformance::Fixture fixture(clock);
  std::optional<WorkerPool> pool(std::in_place, kThreads, kQueue);
  mcp::Endpoint endpoint(fixture, *pool, clock);
  fixture.set_triggers(
      {.tools_changed = [&endpoint] { endpoint.tools_changed(); },
       .prompts_changed = [&endpoint] { endpoint.prompts_changed(); },
       .resource_updated =
           [&endpoint](const std::string& uri) { endpoint.resource_updated(uri); }});
  auto server = transport::HttpServer::start(
      endpoint,
      {.host = address->host, .port = address->port, .anonymous = mcp::Caller{.name = "anyone"}});
  if (!server) {
    std::cerr << server.error().message << '\n';
    return 1;
  }
  std::cerr << "listening " << (*server)->url() << '\n';
  wait_for_end();
  endpoint.shutdown();
  (*server)->stop(std::chrono::seconds(1));
  pool.reset();
  return 0;
}
