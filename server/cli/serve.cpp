#include <unistd.h>

#include <iostream>

#include "server/base/log.h"
#include "server/base/text.h"
#include "server/cli/forward.h"
#include "server/cli/http_door.h"
#include "server/cli/local_door.h"
#include "server/cli/signals.h"
#include "server/cli/terminal.h"
#include "server/config/load.h"
#include "server/transport/stdio.h"

namespace tier0::cli {
namespace {

constexpr std::chrono::seconds kGrace{5};

/// What one `serve` holds once its process owns the state directory.
struct Server {
  std::unique_ptr<Engine> engine;
  std::shared_ptr<const Exposure> exposure;
  std::unique_ptr<LocalServer> local;
  std::unique_ptr<transport::HttpServer> http;
  std::unique_ptr<Signals> signals;
};

std::vector<std::filesystem::path> folders_of(const std::string& config_file) {
  if (config_file.empty()) return {};
  const std::filesystem::path folder = std::filesystem::absolute(config_file).parent_path();
  return {folder, folder / "agents", folder / "tenants"};
}

void print_tokens(const Engine& engine) {
  for (const auto& [agent, token] : engine.tokens().all())
    std::cerr << "token of " << agent << ": " << token << '\n';
}

Result<Server> open_server(const Serve& command, const Options& options, Setup setup,
                           std::unique_ptr<StateDirectory> state, const std::stop_source& stop) {
  Server server;
  T0_TRY(server.engine,
         Engine::start(options, std::move(setup), std::move(state), command.sandbox));
  Engine& engine = *server.engine;
  T0_TRY(server.exposure,
         engine.exposure(command.toolsets, command.read_only ? Access::ReadOnly : Access::Full));
  T0_TRY(server.local, open_local_door(engine));
  if (command.http) {
    T0_TRY(server.http, open_http_door(engine, command.http_address, server.exposure));
    print_tokens(engine);
    std::cerr << "listening " << server.http->url() << std::endl;
  }
  const auto reload = [&engine] {
    if (auto reloaded = engine.reload(); !reloaded)
      log::error("the configuration was not reloaded, the old one stays",
                 {{"reason", reloaded.error().message}});
  };
  T0_TRY(server.signals, Signals::watch(stop, reload, folders_of(engine.config_file())));
  return server;
}

Result<Unit> serve_stdio(const Serve& command, Server& server, int out,
                         const std::stop_token& stop) {
  T0_TRY(Principal who, server.engine->policy()->directory().launched_as(command.agent));
  transport::StdioTransport stdio(server.engine->endpoint(),
                                  make_caller(std::move(who), "stdio", server.exposure),
                                  STDIN_FILENO, out);
  return stdio.serve(stop);
}

int run_server(const Serve& command, Server& server, int out, const std::stop_token& stop) {
  Result<Unit> served = Unit{};
  if (command.stdio)
    served = serve_stdio(command, server, out, stop);
  else
    wait_for_stop(stop);
  server.signals.reset();
  server.engine->shutdown();
  if (server.http) server.http->stop(kGrace);
  server.local.reset();
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
    return forward_stdio(command, *setup, out->get(), stop);
  }
  auto server = open_server(command, options, *std::move(setup),
                            std::get<std::unique_ptr<StateDirectory>>(*std::move(opened)), stop);
  if (!server) return fail_usage(server.error());
  return run_server(command, *server, out->get(), stop.get_token());
}

}  // namespace tier0::cli
