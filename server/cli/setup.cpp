#include "server/cli/setup.h"

#include <unistd.h>

#include "server/base/clock.h"
#include "server/config/load.h"
#include "server/state/local_client.h"
#include "tool_handlers.gen.h"

namespace tier0::cli {
namespace {

Result<config::Loaded> load(const Options& options) {
  if (options.sandbox && options.config.empty()) return config::load_sandbox();
  const auto given =
      options.config.empty() ? std::nullopt : std::optional(std::filesystem::path(options.config));
  T0_TRY(const std::filesystem::path file, config::find(given));
  T0_TRY(config::Loaded loaded, config::load(file));
  if (options.sandbox) {
    loaded.config.accounts.clear();
    loaded.config.vault.reset();
    // Hosts of the simulated provider are its own; another provider's are named by the file.
    if (!process_environment("TIER0_HOSTINGER_URL")) loaded.config.ssh = {};
    loaded.config.store = {};
    loaded.config.slack.reset();
  }
  return loaded;
}

}  // namespace

Result<std::filesystem::path> state_directory(const Options& options) {
  const StateMode mode = options.sandbox ? StateMode::Sandbox : StateMode::Real;
  if (options.state.empty())
    return default_state_directory(mode, process_environment, getuid() == 0);
  return std::filesystem::absolute(options.state);
}

Result<Setup> prepare(const Options& options) {
  Setup setup;
  setup.mode = options.sandbox ? StateMode::Sandbox : StateMode::Real;
  T0_TRY(setup.loaded, load(options));
  T0_TRY(setup.state, state_directory(options));
  T0_TRY(Registry registry, Registry::build(tools::table()));
  setup.registry = std::make_unique<Registry>(std::move(registry));
  return setup;
}

Result<StatePaths> existing_state(const Options& options) {
  T0_TRY(const std::filesystem::path directory, state_directory(options));
  StatePaths paths{directory};
  std::error_code ignored;
  if (!std::filesystem::exists(paths.store(), ignored))
    return Error{.code = Code::NotFound,
                 .message = "nothing was ever recorded in " + directory.string(),
                 .hint = "Name the state directory with --state, or add --sandbox."};
  return paths;
}

Result<StateDirectory::Opened> claim(const Setup& setup) {
  return StateDirectory::open(
      {.directory = setup.state, .mode = setup.mode, .config_digest = setup.loaded.digest});
}

Result<Json> ask_owner(const std::filesystem::path& state, const std::string& agent,
                       const Json& request, std::chrono::milliseconds patience,
                       const std::stop_token& stop) {
  const SystemClock clock;
  const Cancel cancel{.stop = stop, .deadline = clock.now() + patience};
  T0_TRY(AdminClient owner,
         AdminClient::connect(StatePaths{state}.socket(), {.agent = agent}, clock, cancel));
  return owner.call(request, cancel);
}

}  // namespace tier0::cli
