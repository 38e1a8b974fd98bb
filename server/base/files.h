#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "server/base/result.h"

namespace tier0 {

/// The whole file. Kind not_found where there is none, validation where it is larger than `limit`
/// bytes, internal where it cannot be read.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit);

/// Writes a file of mode 0600 that after a crash or a power cut is either the old one or the new
/// one, whole. The folder must exist. One writer a path at a time.
Result<Unit> replace_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace tier0
