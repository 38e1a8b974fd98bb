#include "server/policy/exposure.h"

#include <algorithm>

#include "server/base/text.h"

namespace tier0 {

Result<Exposure> Exposure::parse(std::span<const std::string> toolsets, Access access) {
  Exposure exposure;
  exposure.access_ = access;
  exposure.all_ = std::ranges::find(toolsets, "all") != toolsets.end();
  exposure.toolsets_ = {toolsets.begin(), toolsets.end()};
  if (toolsets.empty()) exposure.toolsets_ = {"core"};
  for (const std::string& name : toolsets) {
    if (name == "all" || std::ranges::find(toolset_names(), name) != toolset_names().end())
      continue;
    const std::vector<std::string> known(toolset_names().begin(), toolset_names().end());
    return Error{.code = Code::Validation,
                 .message = "unknown toolset \"" + clean_text(name, 64) + "\"",
                 .hint = "Use all, or some of " + join(known, ", ") + "."};
  }
  return exposure;
}

bool Exposure::includes(const Tool& tool) const {
  if (access_ == Access::ReadOnly && tool.effect != Effect::Read) return false;
  return all_ || std::ranges::any_of(tool.toolsets, [this](const std::string& name) {
           return toolsets_.contains(name);
         });
}

}  // namespace tier0
