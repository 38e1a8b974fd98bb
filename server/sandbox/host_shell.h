#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/base/result.h"

namespace tier0::sandbox {

/// The words of a command line, as a POSIX shell would read them, where it starts one plain program
/// with fixed words. Kind command_failed, saying what the simulated shell cannot do, for everything
/// else: pipes, redirections, variables, patterns, assignments, several commands.
Result<std::vector<std::string>> shell_words(std::string_view line);

}  // namespace tier0::sandbox
