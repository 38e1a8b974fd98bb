#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "server/cli/commands.h"
#include "server/config/config.h"
#include "server/policy/policy_box.h"
#include "server/state/paths.h"
#include "server/state/state_directory.h"
#include "server/tool/registry.h"

namespace tier0::cli {

/// What a command needs to know before it does anything: the configuration and where state lies.
struct Setup {
  config::Loaded loaded;
  std::filesystem::path state;
  StateMode mode = StateMode::Real;
  std::unique_ptr<Registry> registry;  // stays where it is: the policy refers to it
};

/// Reads the configuration that the options ask for and the tools that are built in. With --sandbox
/// a given configuration keeps only its agents, people, toolsets and profiles. Errors are wrong
/// usage or configuration: exit code 2.
Result<Setup> prepare(const Options& options);

/// The state directory that the options ask for; needs no configuration.
Result<std::filesystem::path> state_directory(const Options& options);

/// The state directory's paths, where there is a store in it. No configuration is needed, and
/// another process may own it. Kind not_found.
Result<StatePaths> existing_state(const Options& options);

/// Takes the state directory, or says who has it.
Result<StateDirectory::Opened> claim(const Setup& setup);

/// One question to who has it, as this process's user, or as `agent` where one is named.
Result<Json> ask_owner(const std::filesystem::path& state, const std::string& agent,
                       const Json& request, std::chrono::milliseconds patience,
                       const std::stop_token& stop = {});

}  // namespace tier0::cli
