#include <unistd.h>

#include <csignal>

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

/// Lines come from a stream of any kind here, so byte by byte.
std::optional<std::string> next_line(int in, std::string& already_read) {
  for (;;) {
    const std::size_t end = already_read.find('\n');
    if (end != std::string::npos) {
      std::string line = already_read.substr(0, end);
      already_read.erase(0, end + 1);
      return line;
    }
    char byte = 0;
    if (::read(in, &byte, 1) != 1) return std::nullopt;
    already_read += byte;
  }
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

int serve_as_owner(const StateDirectory& state, const std::string& agent, std::string input,
                   const Clock& clock) {
  SqliteStore store(state.paths().store());
  StoreAuditLog log(store, state.paths().audit_head(), clock);
  const auto server = LocalServer::start(state.paths().socket(), {}, handlers(log, clock));
  if (!server) return 1;
  while (const auto line = next_line(0, input)) say(act(log, agent, *line, clock));
  return 0;
}

}  // namespace

int serve(const std::filesystem::path& directory, const std::string& agent,
          const std::string& config) {
  const SystemClock clock;
  const StateClaim claim{.directory = directory, .config_digest = config};
  const Cancel soon{.stop = {}, .deadline = clock.now() + std::chrono::seconds(60)};
  std::string input;
  for (;;) {
    auto opened = StateDirectory::open(claim, clock, soon);
    if (!opened) {
      say({{"kind", to_string(opened.error().code)}, {"message", opened.error().message}});
      return 2;
    }
    if (const auto* owner = std::get_if<std::unique_ptr<StateDirectory>>(&*opened))
      return serve_as_owner(**owner, agent, input, clock);
    const auto socket =
        connect_local(StatePaths{directory}.socket(), {.agent = agent}, clock, soon);
    // The owner may have the lock and not yet the socket, or be gone by now.
    if (!socket) {
      if (!soon.check(clock)) return 1;
      clock.wait_until(clock.now() + std::chrono::milliseconds(5), {});
      continue;
    }
    // What the last owner never took goes to the next one first.
    if (::write(socket->get(), input.data(), input.size()) != static_cast<ssize_t>(input.size()))
      continue;
    input.clear();
    const auto ended = bridge(0, 1, socket->get(), {});
    if (!ended || ended->who == BridgeEnd::Who::Client) return 0;
    input = ended->unsent;
  }
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
