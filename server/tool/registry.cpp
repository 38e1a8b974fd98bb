#include "server/tool/registry.h"

#include <algorithm>
#include <utility>

#include "server/tool/descriptor.h"
#include "server/tool/house_rules.h"

namespace tier0 {
namespace {

Result<Tool> make_tool(const ToolEntry& entry) {
  T0_TRY(Tool tool, parse_descriptor(entry.name, entry.json));
  T0_CHECK(check_house_rules(tool));
  const auto* read = std::get_if<ReadFunction>(&entry.handler);
  if ((read != nullptr) != (tool.effect == Effect::Read) || (read != nullptr && *read == nullptr))
    return Error{.code = Code::Internal,
                 .message = "tool " + tool.name + ": a read is one function, all else a runbook"};
  if (read != nullptr)
    tool.run = *read;
  else
    tool.run = std::get<Runbook (*)()>(entry.handler)();
  return tool;
}

}  // namespace

Result<Registry> Registry::build(std::span<const ToolEntry> entries) {
  Registry registry;
  for (const ToolEntry& entry : entries) {
    T0_TRY(Tool tool, make_tool(entry));
    registry.tools_.push_back(std::move(tool));
  }
  std::ranges::sort(registry.tools_, {}, &Tool::name);
  for (std::size_t i = 0; i < registry.tools_.size(); ++i)
    if (!registry.by_name_.emplace(registry.tools_[i].name, i).second)
      return Error{.code = Code::Internal,
                   .message = "two tools have the name " + registry.tools_[i].name};
  return registry;
}

const Tool* Registry::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &tools_[found->second];
}

}  // namespace tier0
