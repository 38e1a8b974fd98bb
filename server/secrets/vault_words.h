#pragma once

#include <string>
#include <string_view>

#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0::vault {

// Texts of Vault's own that tell apart what its statuses do not.
inline constexpr std::string_view kNoEngine = "no handler for route";
inline constexpr std::string_view kWantsVersion2 =
    "Invalid path for a versioned K/V secrets engine";
inline constexpr std::string_view kCasMismatch = "check-and-set parameter did not match";

/// A path below /v1/ as it stands in a URL.
std::string encoded(std::string_view path);

const Json* object_member(const Json& value, const char* name);

/// The number in KV 2's metadata; empty where there is none, as in any answer of KV 1.
std::string version_in(const Json& data);

/// Kind not_configured.
Error no_engine(const std::string& name);
/// Kind secret_denied. The path is one below /v1/.
Error denied(const std::string& api_path, const std::string& capability);

}  // namespace tier0::vault
