#include "server/cli/forward.h"

#include <unistd.h>

#include "server/base/clock.h"
#include "server/cli/signals.h"
#include "server/cli/terminal.h"
#include "server/state/bridge.h"
#include "server/state/local_client.h"

namespace tier0::cli {
namespace {

constexpr std::chrono::seconds kConnect{10};

/// The owner makes its socket a moment after it took the directory.
Result<OwnedFd> connect_to_owner(const std::filesystem::path& socket, const Hello& hello,
                                 const Clock& clock, const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kBetween{50};
  const Cancel cancel{.stop = stop, .deadline = clock.now() + kConnect};
  while (true) {
    auto connected = connect_local(socket, hello, clock, cancel);
    if (connected || connected.error().code != Code::NotFound) return connected;
    T0_CHECK(cancel.check(clock));
    clock.wait_until(clock.now() + kBetween, stop);
  }
}

}  // namespace

int forward_stdio(const Serve& command, const Setup& setup, int out, std::stop_source& stop) {
  const SystemClock clock;
  const Hello hello{.agent = command.agent,
                    .purpose = Hello::Purpose::Mcp,
                    .options = {{"toolsets", command.toolsets}, {"read_only", command.read_only}}};
  const auto signals = Signals::watch(stop, [] {}, {});
  if (!signals) return fail(signals.error());
  const auto server =
      connect_to_owner(StatePaths{setup.state}.socket(), hello, clock, stop.get_token());
  if (!server) return fail(server.error());
  const auto ended = bridge(STDIN_FILENO, out, server->get(), stop.get_token());
  if (!ended) return fail(ended.error());
  if (ended->who != BridgeEnd::Who::Server) return kDone;
  return fail({.code = Code::Upstream,
               .message = "the server that owned the state directory has ended",
               .hint = "Start this client again: it then becomes the server itself."});
}

}  // namespace tier0::cli
