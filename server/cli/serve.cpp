#include <unistd.h>

#include "server/base/text.h"
#include "server/cli/owner.h"
#include "server/cli/signals.h"
#include "server/cli/successor.h"
#include "server/cli/terminal.h"
#include "server/config/load.h"
#include "server/transport/stdio.h"

namespace tier0::cli {
namespace {

Result<Unit> serve_stdio(const Serve& command, Owner& owner, int out, const std::stop_token& stop) {
  T0_TRY(Principal who, owner.engine().policy()->directory().launched_as(command.agent));
  transport::StdioTransport stdio(owner.engine().endpoint(),
                                  make_caller(std::move(who), "stdio", owner.exposure()),
                                  STDIN_FILENO, out);
  return stdio.serve(stop);
}

int serve_as_owner(const Serve& command, Owner& owner, int out, const std::stop_token& stop) {
  Result<Unit> served = Unit{};
  if (command.stdio)
    served = serve_stdio(command, owner, out, stop);
  else
    wait_for_stop(stop);
  owner.close();
  return served ? kDone : fail(served.error());
}

/// Wrong before anything starts: who would the client on stdio be?
Result<Unit> check_agent(const Serve& command, const Setup& setup) {
  if (!command.stdio) return Unit{};
  T0_TRY(const auto policy, config::make_policy(setup.loaded, *setup.registry));
  if (command.agent.empty())
    return Error{.code = Code::Validation,
                 .message = "--stdio needs --agent",
                 .hint = "One of: " + join(policy->directory().agents(), ", ")};
  T0_CHECK(policy->directory().launched_as(command.agent));
  return Unit{};
}

Error owned(pid_t pid) {
  return {.code = Code::Conflict,
          .message = "process " + std::to_string(pid) + " owns this state directory already",
          .hint = "End it, or use another --state."};
}

}  // namespace

int run(const Serve& given, const Options& options) {
  Serve command = given;
  command.stdio = given.stdio || (!given.http && !given.socket);
  Signals::block();
  // Before anything may print: frames alone reach the client.
  auto out = command.stdio ? transport::claim_stdout() : transport::Descriptor();
  if (!out) return fail(out.error());
  auto setup = prepare(options);
  if (!setup) return fail_usage(setup.error());
  if (auto checked = check_agent(command, *setup); !checked) return fail_usage(checked.error());

  std::stop_source stop;
  auto opened = claim(*setup);
  if (!opened) return fail_usage(opened.error());
  if (const auto* other = std::get_if<OwnedBy>(&*opened)) {
    if (!command.stdio || command.http) return fail_usage(owned(other->pid));
    return serve_beside_owner(command, options, *std::move(setup), out->get(), stop);
  }
  auto owner = Owner::open(command, options, *std::move(setup),
                           std::get<std::unique_ptr<StateDirectory>>(*std::move(opened)), stop);
  if (!owner) return fail_usage(owner.error());
  return serve_as_owner(command, **owner, out->get(), stop.get_token());
}

}  // namespace tier0::cli
