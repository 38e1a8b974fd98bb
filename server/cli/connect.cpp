#include <unistd.h>

#include "server/base/clock.h"
#include "server/cli/forward.h"
#include "server/cli/setup.h"
#include "server/cli/signals.h"
#include "server/cli/terminal.h"
#include "server/state/local_client.h"
#include "tool_handlers.gen.h"

namespace tier0::cli {
namespace {

Result<std::filesystem::path> socket_of(const Connect& command, const Options& options) {
  if (!command.socket.empty()) return std::filesystem::path(command.socket);
  T0_TRY(const std::filesystem::path directory, state_directory(options));
  return StatePaths{directory}.socket();
}

/// Carries the client to the owner of a socket, and to the next one when it leaves.
Result<Unit> carry(const Connect& command, const Options& options, const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kAskAgain{50};
  const SystemClock clock;
  T0_TRY(const std::filesystem::path socket, socket_of(command, options));
  T0_TRY(const Registry registry, Registry::build(tools::table()));
  bool had_server = false;
  const auto next = [&](const Cancel& cancel) -> Result<OwnedFd> {
    for (;;) {
      auto connected = connect_local(
          socket, {.agent = command.agent, .purpose = Hello::Purpose::Mcp}, clock, cancel);
      const bool is_absent = !connected && connected.error().code == Code::NotFound;
      if (connected) had_server = true;
      // None at the start is a mistake, none later a change of owners.
      if (!is_absent || !had_server || !cancel.check(clock)) return connected;
      clock.wait_until(clock.now() + kAskAgain, cancel.stop);
    }
  };
  return forward(STDIN_FILENO, STDOUT_FILENO, effects_in(registry), next, stop);
}

}  // namespace

int run(const Connect& command, const Options& options) {
  if (!command.url.empty())
    return fail_usage(
        {.code = Code::NotConfigured,
         .message = "connect --url is not there yet",
         .hint = "Give the client the URL itself: tier0 client-config CLIENT --http."});
  if (command.agent.empty())
    return fail_usage({.code = Code::Validation,
                       .message = "connect needs --agent",
                       .hint = "tier0 tools --help"});
  Signals::block();
  std::stop_source stop;
  const auto signals = Signals::watch(stop, [] {}, {});
  if (!signals) return fail(signals.error());
  const auto ended = carry(command, options, stop.get_token());
  return ended ? kDone : fail(ended.error());
}

}  // namespace tier0::cli
