#include "server/sandbox/sandbox.h"

#include <iostream>

#include "server/cli/setup.h"
#include "server/cli/signals.h"
#include "server/cli/terminal.h"
#include "server/sandbox/hosts.h"

namespace tier0::cli {
namespace {

/// Without --state the world of a provider that runs alone lives in memory.
Result<std::string> state_file(const Options& options) {
  if (options.state.empty()) return std::string();
  T0_TRY(const std::filesystem::path directory, state_directory(options));
  std::error_code problem;
  std::filesystem::create_directories(directory, problem);
  if (problem)
    return Error{.code = Code::Internal,
                 .message = directory.string() + " cannot be made: " + problem.message()};
  return (directory / "sandbox-world.json").string();
}

}  // namespace

int run(const Sandbox& command, const Options& options) {
  Signals::block();
  std::stop_source stop;
  const auto file = state_file(options);
  if (!file) return fail_usage(file.error());
  sandbox::Options wanted{.listen = command.listen,
                          .state_file = *file,
                          .fixture = command.sandbox.fixture,
                          .time_scale = command.sandbox.time_scale};
  if (command.sandbox.seed) wanted.seed = *command.sandbox.seed;
  if (!command.sandbox.control.empty()) wanted.control = command.sandbox.control;
  const auto provider = sandbox::Sandbox::start(wanted);
  if (!provider) return fail_usage(provider.error());
  const auto hosts = sandbox::Hosts::start((*provider)->hosts());
  if (!hosts) return fail(hosts.error());
  const auto signals = Signals::watch(stop, [] {}, {});
  if (!signals) return fail(signals.error());
  std::cout << dump_json((*provider)->ready_line()) << std::endl;
  wait_for_stop(stop.get_token());
  return kDone;
}

}  // namespace tier0::cli
