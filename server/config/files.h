#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "server/base/result.h"

namespace tier0::config {

/// The bytes of a configuration file. Kind validation for what is no plain file, larger than a
/// megabyte, or writable by everyone: whoever may write it decides what agents may do.
Result<std::string> read_file(const std::filesystem::path& file);

/// The *.yaml of a folder in the order of their names; none where the folder does not exist. Kind
/// validation for a *.yml, which would be overlooked.
Result<std::vector<std::filesystem::path>> yaml_files(const std::filesystem::path& folder);

}  // namespace tier0::config
