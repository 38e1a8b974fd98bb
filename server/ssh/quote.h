#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/result.h"

namespace tier0::ssh {

/// The longest command line that a host can start: Linux takes 128 KiB for one argument, and the
/// server gives the whole line to the login shell as one.
inline constexpr std::size_t kCommandLineLimit = 128 * 1024 - 1;

/// One word that every POSIX shell, and fish, reads back as exactly these bytes. Quoted even where
/// it need not be: a quoted word is never a keyword, an alias, an assignment, a pattern or a tilde.
std::string quote_word(std::string_view word);

/// The line for SSH's exec request: the words of argv, quoted, one space between them. Kind
/// validation: no program, an empty program name, a NUL byte, or a line beyond kCommandLineLimit.
Result<std::string> quote_argv(const std::vector<std::string>& argv);

}  // namespace tier0::ssh
