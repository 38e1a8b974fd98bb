#pragma once

#include <optional>
#include <string>

#include "server/policy/targets.h"

namespace tier0 {

/// How far one grant goes with one call.
struct Match {
  bool matched = false;
  bool by_command = false;  // one of its `commands` matched the argv
  int steps = 0;            // how many of the conditions held, for saying which grants came near
  std::string why;          // "it gives no destructive effect"
};

/// `on` is the grant's own, or narrower for a principal of one tenant. The conditions, in order:
/// tool, effect, backend, command, targets.
Match match(const Grant& grant, const TargetSets& on, const Belonging& known, const Tool& tool,
            const Json& args);

/// Whether it would match the tool on some target.
bool could_match(const Grant& grant, const TargetSets& on, const Tool& tool);

/// Whether a name is one of these names and patterns with *.
bool names_tool(const std::vector<std::string>& patterns, std::string_view name);

}  // namespace tier0
