#include <unistd.h>

#include "server/base/clock.h"
#include "server/cli/setup.h"
#include "server/cli/signals.h"
#include "server/cli/terminal.h"
#include "server/state/bridge.h"
#include "server/state/local_client.h"

namespace tier0::cli {
namespace {

Result<std::filesystem::path> socket_of(const Connect& command, const Options& options) {
  if (!command.socket.empty()) return std::filesystem::path(command.socket);
  T0_TRY(const std::filesystem::path directory, state_directory(options));
  return StatePaths{directory}.socket();
}

Result<BridgeEnd> carry(const Connect& command, const Options& options,
                        const std::stop_token& stop) {
  constexpr std::chrono::seconds kConnect{10};
  const SystemClock clock;
  T0_TRY(const std::filesystem::path socket, socket_of(command, options));
  T0_TRY(const OwnedFd server,
         connect_local(socket, {.agent = command.agent, .purpose = Hello::Purpose::Mcp}, clock,
                       Cancel{.stop = stop, .deadline = clock.now() + kConnect}));
  return bridge(STDIN_FILENO, STDOUT_FILENO, server.get(), stop);
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
