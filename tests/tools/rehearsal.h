#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/tools/tool_run.h"

namespace tier0 {

/// A world of its own in which one runbook ends well when nothing disturbs it.
struct Rehearsal {
  std::unique_ptr<ToolRun> run = std::make_unique<ToolRun>();
  Json args = Json::object();
};

struct RehearsedTool {
  const char* tool;
  Rehearsal (*set_up)();
};

/// All that a mutating tool can change: its end is the same where these are the same.
std::string world_of(const ToolRun& run);
/// The same without the accounts' register of keys, which controls no access.
std::string world_without_register(const ToolRun& run);

/// Every mutating tool that ends in a state of the world; ssh-exec and control-service change what
/// no fake shows.
const std::vector<RehearsedTool>& rehearsals();

}  // namespace tier0
