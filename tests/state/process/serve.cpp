#include <unistd.h>

#include <csignal>
#include <memory>

#include "server/audit/store_audit_log.h"
#include "server/state/bridge.h"
#include "server/state/line_io.h"
#include "server/state/local_client.h"
#include "server/state/local_server.h"
#include "server/state/state_directory.h"
#include "server/store/sqlite_store.h"
#include "tests/state/process/process.h"

namespace tier0::process {
namespace {

AuditEntry entry_of(const std::string& agent, const std::string& line, const Clock& clock) {
  return {.call = {agent + ":" + line},
          .time = clock.wall(),
          .principal = "agent:" + agent,
          .agent = agent,
          .tool = "echo",
          .effect = "write"};
}

/// What a server does with a call, as far as these tests look.
Json act(AuditLog& log, const std::string& agent, const std::string& line, const Clock& clock) {
  auto ticket = log.begin(entry_of(agent, line, clock));
  if (!ticket) return {{"kind", to_string(ticket.error().code)}};
  log.finish(*std::move(ticket), {.changed = true});
  return {{"by", ::getpid()}, {"agent", agent}, {"line", line}};
}

LocalHandlers handlers(AuditLog& log, const Clock& clock) {
  return {.admit = [](const Hello&, const Peer&) { return Unit{}; },
          .on_mcp =
              [&](int fd, const Hello& hello, const Peer&, std::stop_token stop) {
                for (;;) {
                  const auto line = read_line(fd, 100'000, clock, {.stop = stop});
                  if (!line || !*line) return;
                  const Json answer = act(log, hello.agent, **line, clock);
                  if (!write_line(fd, dump_json(answer), clock, {.stop = stop})) return;
                }
              },
          .on_admin =
              [](const Json& request, const Hello&, const Peer& peer, std::stop_token) {
                return Json{{"by", ::getpid()}, {"for", peer.pid}, {"request", request}};
              }};
}

/// The one who has the directory, serving its socket.
struct Owner {
  std::unique_ptr<StateDirectory> state;
  SqliteStore store;
  StoreAuditLog log;
  std::unique_ptr<LocalServer> server;

  Owner(std::unique_ptr<StateDirectory> taken, const Clock& clock)
      : state(std::move(taken)),
        store(state->paths().store()),
        log(store, state->paths().audit_head(), clock) {
    auto started = LocalServer::start(state->paths().socket(), {}, handlers(log, clock));
    if (started) server = *std::move(started);
  }
};

/// Every line passes as it is.
class AsItIs final : public BridgeWatch {
 public:
  std::optional<std::string> to_server(const std::string& line) override { return line; }
  void taken(const std::string&) override {}
  std::optional<std::string> to_client(std::string line) override { return line; }
};

}  // namespace

int serve(const std::filesystem::path& directory, const std::string& agent,
          const std::string& config) {
  const SystemClock clock;
  const StateClaim claim{.directory = directory, .config_digest = config};
  const Cancel soon{.stop = {}, .deadline = clock.now() + std::chrono::seconds(60)};
  std::unique_ptr<Owner> owner;
  AsItIs watch;
  Bridge bridge(0, 1, watch);
  while (soon.check(clock)) {
    if (!owner) {
      auto opened = StateDirectory::open(claim, clock, soon);
      if (!opened) {
        say({{"kind", to_string(opened.error().code)}, {"message", opened.error().message}});
        return 2;
      }
      if (auto* taken = std::get_if<std::unique_ptr<StateDirectory>>(&*opened))
        owner = std::make_unique<Owner>(std::move(*taken), clock);
    }
    const auto socket =
        connect_local(StatePaths{directory}.socket(), {.agent = agent}, clock, soon);
    // The owner may have the lock and not yet the socket, or be gone by now.
    if (!socket) {
      clock.wait_until(clock.now() + std::chrono::milliseconds(5), {});
      continue;
    }
    const auto end = bridge.carry(socket->get(), {});
    if (!bridge.deliver(clock, soon)) return 0;
    if (!end || *end == Bridge::End::Client || bridge.is_client_done()) return 0;
  }
  return 1;
}

int begin_and_die(const std::filesystem::path& directory) {
  const SystemClock clock;
  const StatePaths paths{directory};
  SqliteStore store(paths.store());
  StoreAuditLog log(store, paths.audit_head(), clock);
  const auto ticket = log.begin(entry_of("a", "c1", clock));
  if (!ticket) return 1;
  say({{"begun", true}});
  return ::raise(SIGKILL);
}

}  // namespace tier0::process
