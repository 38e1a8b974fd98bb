#include <exception>
#include <iostream>

#include "server/base/log.h"
#include "server/cli/commands.h"

namespace {

tier0::log::Level level_of(const std::string& name) {
  using tier0::log::Level;
  if (name == "debug") return Level::Debug;
  if (name == "info") return Level::Info;
  if (name == "error") return Level::Error;
  if (name == "off") return Level::Off;
  return Level::Warn;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace tier0;
  try {
    const auto parsed = cli::parse_command_line(argc, argv);
    if (const int* code = std::get_if<int>(&parsed)) return *code;
    const auto& invocation = std::get<cli::Invocation>(parsed);
    log::set_level(level_of(invocation.options.log_level));
    return std::visit([&](const auto& command) { return cli::run(command, invocation.options); },
                      invocation.command);
  } catch (const std::exception& bug) {
    std::cerr << "tier0: a bug ended this command: " << bug.what() << '\n';
    return cli::kFailed;
  }
}
