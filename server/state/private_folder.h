#pragma once

#include <filesystem>

#include "server/base/result.h"

namespace tier0 {

/// Makes the folder and the missing ones above it, all 0700. One that is there must be ours and of
/// no use to others, or empty: then it is narrowed. Kind forbidden or internal.
Result<Unit> make_private_folder(const std::filesystem::path& folder);

}  // namespace tier0
