#include <unistd.h>

#include "server/base/clock.h"
#include "server/cli/forward.h"
#include "server/cli/remote_bridge.h"
#include "server/cli/setup.h"
#include "server/cli/signals.h"
#include "server/cli/terminal.h"
#include "server/secrets/secret_sources.h"
#include "server/state/local_client.h"
#include "server/transport/stdio.h"
#include "tool_handlers.gen.h"

namespace tier0::cli {
namespace {

Result<std::filesystem::path> socket_of(const Connect& command, const Options& options) {
  if (!command.socket.empty()) return std::filesystem::path(command.socket);
  T0_TRY(const std::filesystem::path directory, state_directory(options));
  return StatePaths{directory}.socket();
}

/// Carries the client to the owner of a socket, and to the next one when it leaves.
Result<Unit> carry(const Connect& command, const Options& options, int out,
                   const std::stop_token& stop) {
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
  return forward(STDIN_FILENO, out, effects_in(registry), next, stop);
}

Result<Unit> carry_to_url(const Connect& command, int out, const std::stop_token& stop) {
  if (!command.agent.empty() || !command.socket.empty())
    return Error{.code = Code::Validation,
                 .message = "with --url the token decides the agent",
                 .hint = "Leave --agent and --socket out."};
  T0_TRY(const BaseUrl url, BaseUrl::parse(command.url));
  T0_TRY(const SecretRef reference, SecretRef::parse(command.token));
  T0_TRY(Secret token, SecretSources().get(reference, Cancel{.stop = stop}));
  T0_TRY(const Registry registry, Registry::build(tools::table()));
  bridge_to_url(STDIN_FILENO, out, url, std::move(token), effects_in(registry), stop);
  return Unit{};
}

}  // namespace

int run(const Connect& command, const Options& options) {
  if (command.url.empty() && command.agent.empty())
    return fail_usage({.code = Code::Validation,
                       .message = "connect needs --agent",
                       .hint = "Name one of the configuration's agents, or the server's --url."});
  Signals::block();
  // Before anything may print: frames alone reach the client.
  const auto out = transport::claim_stdout();
  if (!out) return fail(out.error());
  std::stop_source stop;
  const auto signals = Signals::watch(stop, [] {}, {});
  if (!signals) return fail(signals.error());
  if (!command.url.empty()) {
    const auto carried = carry_to_url(command, out->get(), stop.get_token());
    return carried ? kDone : fail_usage(carried.error());
  }
  const auto ended = carry(command, options, out->get(), stop.get_token());
  if (!ended && ended.error().code == Code::Cancelled) return kDone;
  return ended ? kDone : fail(ended.error());
}

}  // namespace tier0::cli
