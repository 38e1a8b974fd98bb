#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/base/json.h"
#include "server/schema/schema.h"
#include "server/tool/context.h"
#include "server/tool/runbook.h"

namespace tier0 {

/// What a tool does to the world, whatever the HTTP verb behind it.
enum class Effect { Read, Write, Destructive, Spend };
std::string_view to_string(Effect effect);
Result<Effect> parse_effect(std::string_view name);

/// What a tool speaks to. A tool that joins both sides has Hosting and Ssh.
enum class Backend { Hostinger, Ssh, Local };
std::string_view to_string(Backend backend);
Result<Backend> parse_backend(std::string_view name);

/// The sets that `toolsets:` may name, `all` apart, in the order of product.md 5.
std::span<const std::string_view> toolset_names();

/// Which argument names the thing that policy looks at.
struct TargetArgument {
  std::string dimension;  // vps, domain, tenant or account
  std::string argument;
};

/// A read tool is one function. `args` are validated and have their defaults; selectors are
/// resolved.
using ReadFunction = Result<ToolOutput> (*)(ToolContext& context, const Json& args);

/// A descriptor is a value: what is served to clients, checked by the broker and looked at by
/// policy.
struct Tool {
  std::string name;
  std::string title;
  std::string description;
  Effect effect = Effect::Read;
  bool idempotent = false;
  bool open_world = true;
  std::vector<Backend> backends;
  std::vector<std::string> toolsets;
  std::vector<TargetArgument> targets;
  std::vector<std::string> secret_arguments;  // never in the audit
  Schema input;                               // what clients see and calls are checked against
  Schema output;  // of `data`, complete: what it does not list never leaves
  std::variant<ReadFunction, Runbook> run;
};

/// All four hints of MCP, derived from the effect: some clients read a missing one as the dangerous
/// value, and ask a person or refuse.
Json annotations(const Tool& tool);

/// One row of the table that schemas/embed.cmake writes.
struct ToolEntry {
  std::string_view name;
  std::string_view json;
  std::variant<ReadFunction, Runbook (*)()> handler;
};

}  // namespace tier0
