#include "server/tool/tool.h"

#include <algorithm>
#include <array>

namespace tier0 {
namespace {

constexpr std::array<std::string_view, 4> kEffects = {"read", "write", "destructive", "spend"};
constexpr std::array<std::string_view, 3> kBackends = {"hostinger", "ssh", "local"};
constexpr std::array<std::string_view, 13> kToolsets = {
    "core", "vps",     "backup", "keys",    "firewall",   "docker",    "domains",
    "dns",  "billing", "ssh",    "tenants", "automation", "operations"};

Error unknown(std::string_view what, std::string_view name, std::string_view known) {
  return {.code = Code::Validation,
          .message = "unknown " + std::string(what) + " \"" + std::string(name) + "\"",
          .hint = "Use one of " + std::string(known) + "."};
}

}  // namespace

std::string_view to_string(Effect effect) {
  return kEffects[static_cast<std::size_t>(effect)];
}

Result<Effect> parse_effect(std::string_view name) {
  const auto* found = std::ranges::find(kEffects, name);
  if (found == kEffects.end()) return unknown("effect", name, "read, write, destructive, spend");
  return static_cast<Effect>(found - kEffects.begin());
}

std::string_view to_string(Backend backend) {
  return kBackends[static_cast<std::size_t>(backend)];
}

Result<Backend> parse_backend(std::string_view name) {
  const auto* found = std::ranges::find(kBackends, name);
  if (found == kBackends.end()) return unknown("backend", name, "hostinger, ssh, local");
  return static_cast<Backend>(found - kBackends.begin());
}

std::span<const std::string_view> toolset_names() {
  return kToolsets;
}

Json annotations(const Tool& tool) {
  return {{"readOnlyHint", tool.effect == Effect::Read},
          {"destructiveHint", tool.effect == Effect::Destructive || tool.effect == Effect::Spend},
          {"idempotentHint", tool.idempotent},
          {"openWorldHint", tool.open_world}};
}

}  // namespace tier0
