#include "server/state/paths.h"

#include <cstdlib>

namespace tier0 {
namespace {

/// XDG says that relative values are invalid and to be ignored.
std::optional<std::filesystem::path> absolute_path(const std::optional<std::string>& text) {
  if (!text || text->empty() || text->front() != '/') return std::nullopt;
  return std::filesystem::path(*text);
}

std::optional<std::filesystem::path> state_home(const Environment& environment, bool is_root) {
  if (const auto home = absolute_path(environment("XDG_STATE_HOME"))) return *home / "tier0";
  if (is_root) return "/var/lib/tier0";
  if (const auto home = absolute_path(environment("HOME"))) return *home / ".local/state/tier0";
  return std::nullopt;
}

}  // namespace

std::string_view to_string(StateMode mode) {
  return mode == StateMode::Sandbox ? "sandbox" : "real";
}

std::optional<std::string> process_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<std::filesystem::path> default_state_directory(StateMode mode,
                                                      const Environment& environment,
                                                      bool is_root) {
  const auto home = state_home(environment, is_root);
  if (!home)
    return Error{.code = Code::NotConfigured,
                 .message = "there is no place for the state directory: HOME is not set",
                 .hint = "Name one with --state DIR."};
  return mode == StateMode::Sandbox ? *home / "sandbox" : *home;
}

}  // namespace tier0
