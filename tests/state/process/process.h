#pragma once

// What the helper program can be told to do; one line of JSON on stdout says what happened.

#include <filesystem>
#include <string>

#include "server/base/json.h"

namespace tier0::process {

/// Serves its stdin: as the owner of the directory, or through whoever owns it, and as the owner
/// when that one leaves. Each line is audited as a write and answered with who did it.
int serve(const std::filesystem::path& directory, const std::string& agent,
          const std::string& config);

/// Records that a mutation starts, says so and is killed by SIGKILL.
int begin_and_die(const std::filesystem::path& directory);

/// On a small disk of its own, mounted where nobody else sees it.
int full_disk(const std::filesystem::path& directory);
int read_only_disk(const std::filesystem::path& directory);

void say(const Json& answer);

}  // namespace tier0::process
