#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/result.h"

namespace tier0 {

enum class StateMode { Real, Sandbox };
std::string_view to_string(StateMode mode);

/// Where things lie in a state directory.
struct StatePaths {
  std::filesystem::path directory;

  std::filesystem::path lock() const { return directory / "lock"; }
  std::filesystem::path mode() const { return directory / "mode.json"; }
  std::filesystem::path socket() const { return directory / "tier0.sock"; }
  std::filesystem::path store() const { return directory / "tier0.db"; }
  std::filesystem::path audit_head() const { return directory / "audit-head.json"; }
};

using Environment = std::function<std::optional<std::string>(const char* name)>;
std::optional<std::string> process_environment(const char* name);

/// $XDG_STATE_HOME/tier0; without it /var/lib/tier0 for root and ~/.local/state/tier0 for others;
/// in sandbox mode the subfolder `sandbox` of that. Kind not_configured where none can be told.
Result<std::filesystem::path> default_state_directory(StateMode mode,
                                                      const Environment& environment, bool is_root);

}  // namespace tier0
