#include "server/backend/docker_api.h"

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::size_t kNameLimit = 200;

/// Two characters of a long value tell two versions apart; of a short one they would tell too much.
std::string mask(std::string_view value) {
  constexpr std::size_t kShown = 2;
  constexpr std::size_t kLongEnough = 8;
  if (value.size() < kLongEnough) return "***";
  return "***" + clean_text(value.substr(value.size() - kShown), kShown);
}

}  // namespace

std::vector<EnvironmentEntry> mask_environment(std::string_view environment) {
  std::vector<EnvironmentEntry> entries;
  for (const std::string& line : split(environment, '\n')) {
    const std::string_view text = trim(line);
    const std::size_t equals = text.find('=');
    if (text.starts_with('#') || equals == std::string_view::npos) continue;
    entries.push_back({.name = clean_text(trim(text.substr(0, equals)), kNameLimit),
                       .masked = mask(trim(text.substr(equals + 1)))});
  }
  return entries;
}

}  // namespace tier0
