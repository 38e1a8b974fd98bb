#include "server/policy/match.h"

#include <algorithm>
#include <array>

#include "server/base/text.h"

namespace tier0 {
namespace {

using Why = std::optional<std::string>;

constexpr std::size_t kMostShown = 5;
constexpr const char* kArgv = "argv";
/// What a call under `commands` may carry; anything else, standard input above all, could make the
/// program do what no pattern says.
constexpr std::array<std::string_view, 7> kCommandArguments = {
    "vps", kArgv, "cwd", "timeout_s", "plan_id", "wait", "idempotency_key"};

std::string shown_list(const std::vector<std::string>& ids) {
  std::vector<std::string> shown;
  for (const std::string& id : ids) {
    if (shown.size() == kMostShown) {
      shown.push_back("…");
      break;
    }
    shown.push_back(clean_text(id, 64));
  }
  return join(shown, ", ");
}

Why name_fails(const Grant& grant, const Tool& tool) {
  if (names_tool(grant.tools, tool.name)) return {};
  return "it does not name " + tool.name;
}

Why except_fails(const Grant& grant, const Tool& tool) {
  if (!names_tool(grant.except, tool.name)) return {};
  return "it excepts " + tool.name;
}

Why effect_fails(const Grant& grant, const Tool& tool) {
  if (grant.effects.contains(tool.effect)) return {};
  return "it gives no " + std::string(to_string(tool.effect)) + " effect";
}

/// A read answers with what its grant reaches; a change does all of its steps or none.
Why backend_fails(const Grant& grant, const Tool& tool) {
  if (!grant.backends) return {};
  const auto given = [&grant](Backend backend) { return grant.backends->contains(backend); };
  if (tool.effect == Effect::Read && std::ranges::any_of(tool.backends, given)) return {};
  const auto missing = std::ranges::find_if_not(tool.backends, given);
  if (missing == tool.backends.end()) return {};
  return "it does not reach " + std::string(to_string(*missing));
}

bool runs_commands(const Tool& tool) {
  const Json* properties = find_member(tool.input.definition(), "properties");
  return properties != nullptr && properties->contains(kArgv);
}

bool is_absent(const Json& value) {
  return value.is_null() || value == "" || value == false ||
         (value.is_structured() && value.empty());
}

Result<std::vector<std::string>> argv_of(const Json& args) {
  std::vector<std::string> argv;
  const Json* value = find_member(args, kArgv);
  if (value == nullptr || !value->is_array() || value->empty())
    return Error{.code = Code::Validation, .message = "the call has no argv"};
  for (const Json& word : *value) {
    if (!word.is_string())
      return Error{.code = Code::Validation, .message = "argv holds more than text"};
    argv.push_back(word);
  }
  return argv;
}

Why command_fails(const Grant& grant, const Tool& tool, const Json& args) {
  if (!grant.commands) return {};
  if (!runs_commands(tool)) return "it is for commands, and " + tool.name + " runs none";
  for (const auto& [name, value] : args.items())
    if (std::ranges::find(kCommandArguments, name) == kCommandArguments.end() && !is_absent(value))
      return "it has commands, which takes no " + name;
  const auto argv = argv_of(args);
  if (!argv) return argv.error().message;
  if (starts_a_shell(*argv)) return "it has commands, which refuses shells";
  const bool matches = std::ranges::any_of(
      *grant.commands, [&argv](const CommandPattern& pattern) { return pattern.matches(*argv); });
  return matches ? Why{} : Why{"none of its commands matches the argv"};
}

/// Reads are filtered to targets that they do not name; a change without a target is one of all.
Why limit_fails(const std::string& dimension, const std::set<std::string>& ids, const Tool& tool,
                const NamedTargets& named) {
  if (ids.empty()) return "it covers nothing of the caller's " + dimension;
  const auto values = named.find(dimension);
  if (values == named.end() || values->second.empty()) {
    if (tool.effect == Effect::Read) return {};
    if (has_target(tool, dimension))
      return "it covers some targets only, and the call names no " + dimension;
    return "it is limited by " + dimension + ", which " + tool.name + " does not take";
  }
  const auto outside = std::ranges::find_if_not(
      values->second, [&ids](const std::string& id) { return ids.contains(id); });
  if (outside == values->second.end()) return {};
  return "it covers " + dimension + " " + shown_list({ids.begin(), ids.end()}) + ", not " +
         shown_list({*outside});
}

Why target_fails(const TargetSets& on, const Belonging& known, const Tool& tool, const Json& args) {
  if (on.empty()) return {};
  const auto named = named_targets(tool, args);
  if (!named) return named.error().message;
  bool filtered = false;
  for (const auto& [dimension, ids] : on) {
    if (Why why = limit_fails(dimension, ids, tool, *named)) return why;
    filtered = filtered || !named->contains(dimension);
  }
  if (!filtered) return {};
  // The read names things of other dimensions than the grant is limited by: it may have them only
  // where they are known to lie within.
  for (const auto& [dimension, ids] : *named)
    for (const std::string& id : ids)
      if (!covers(on, known, dimension, id))
        return "it does not cover " + dimension + " " + shown_list({id});
  return {};
}

}  // namespace

bool names_tool(const std::vector<std::string>& patterns, std::string_view name) {
  return std::ranges::any_of(patterns, [name](const std::string& pattern) {
    return pattern == name || glob_matches(pattern, name);
  });
}

Match match(const Grant& grant, const TargetSets& on, const Belonging& known, const Tool& tool,
            const Json& args) {
  Match result;
  const auto holds = [&result](Why why) {
    if (why)
      result.why = std::move(*why);
    else
      ++result.steps;
    return !why.has_value();
  };
  result.matched = holds(name_fails(grant, tool)) && holds(except_fails(grant, tool)) &&
                   holds(effect_fails(grant, tool)) && holds(backend_fails(grant, tool)) &&
                   holds(command_fails(grant, tool, args)) &&
                   holds(target_fails(on, known, tool, args));
  result.by_command = result.matched && grant.commands.has_value();
  if (result.matched) result.why = "tool, effect, backend and every target match";
  return result;
}

bool could_match(const Grant& grant, const TargetSets& on, const Tool& tool) {
  if (name_fails(grant, tool) || except_fails(grant, tool)) return false;
  if (effect_fails(grant, tool) || backend_fails(grant, tool)) return false;
  if (grant.commands && !runs_commands(tool)) return false;
  return std::ranges::all_of(on, [&tool](const auto& limit) {
    return !limit.second.empty() && (tool.effect == Effect::Read || has_target(tool, limit.first));
  });
}

}  // namespace tier0
