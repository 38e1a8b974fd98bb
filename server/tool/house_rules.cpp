#include "server/tool/house_rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "server/base/text.h"
#include "server/schema/subset.h"

namespace tier0 {
namespace {

using Problem = std::optional<std::string>;

// Hosts put their own prefix before a name and cut at 63 or 64 characters.
constexpr std::size_t kLongestName = 45;
constexpr std::size_t kLongestTitle = 60;
constexpr std::size_t kLongestDescription = 600;
constexpr std::size_t kLongestPropertyDescription = 300;
constexpr std::array<std::string_view, 4> kDimensions = {"vps", "domain", "tenant", "account"};

bool is_word(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

Problem name_problem(const Tool& tool) {
  const std::vector<std::string> words = split(tool.name, '-');
  if (words.size() < 2 || !std::ranges::all_of(words, is_word) || !(tool.name.front() >= 'a'))
    return "the name is no verb-noun in kebab case";
  if (tool.name.size() > kLongestName) return "the name is longer than 45 characters";
  return {};
}

Problem text_problem(const Tool& tool) {
  if (tool.title.empty() || tool.title.size() > kLongestTitle)
    return "the title is empty or longer than 60 bytes";
  if (tool.description.empty() || tool.description.size() > kLongestDescription)
    return "the description is empty or longer than 600 bytes";
  return {};
}

Problem set_problem(const Tool& tool) {
  if (tool.backends.empty()) return "it has no backend";
  if (tool.toolsets.empty()) return "it is in no toolset";
  for (const std::string& set : tool.toolsets)
    if (std::ranges::find(toolset_names(), set) == toolset_names().end())
      return "unknown toolset \"" + set + "\"";
  return {};
}

/// The rules that hold for each object of a schema, input and output alike.
Problem schema_problem(const Tool& tool, const Json& schema, const std::string& at) {
  if (const Json* items = find_member(schema, "items"))
    return schema_problem(tool, *items, at + "/items");
  if (type_of(schema) != "object") return {};
  const Json* properties = find_member(schema, "properties");
  // The tools of vendor operations carry bodies whose shape is the vendor's.
  const bool may_be_open = std::ranges::find(tool.toolsets, "operations") != tool.toolsets.end();
  if (properties == nullptr && !schema.contains("additionalProperties") && may_be_open) return {};
  if (schema.value("additionalProperties", Json()) != false)
    return at + ": \"additionalProperties\" is not false";
  if (properties == nullptr) return {};
  for (const auto& [name, property] : properties->items()) {
    const std::string place = at + "/" + name;
    const std::string description = string_member(property, "description");
    if (description.empty()) return place + ": not described";
    if (description.size() > kLongestPropertyDescription)
      return place + ": the description is longer than 300 bytes";
    if (Problem inner = schema_problem(tool, property, place)) return inner;
  }
  return {};
}

Problem nullable_problem(const Json& schema, const std::string& at) {
  if (is_nullable(schema)) return at + ": arguments are not nullable, hosts drop such types";
  if (const Json* items = find_member(schema, "items"))
    return nullable_problem(*items, at + "/items");
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [name, property] : properties.items())
    if (Problem inner = nullable_problem(property, at + "/" + name)) return inner;
  return {};
}

bool is_property(const Tool& tool, const std::string& name) {
  const Json* properties = find_member(tool.input.definition(), "properties");
  return properties != nullptr && properties->contains(name);
}

bool is_required(const Tool& tool, const std::string& name) {
  const Json required = tool.input.definition().value("required", Json::array());
  return std::ranges::find(required, Json(name)) != required.end();
}

/// Whether the argument is there exactly when it should be, of that type and optional.
Problem argument_problem(const Tool& tool, const std::string& name, bool wanted,
                         std::string_view type) {
  if (is_property(tool, name) != wanted)
    return "an effect of " + std::string(to_string(tool.effect)) +
           (wanted ? " takes " : " takes no ") + name;
  if (!wanted) return {};
  if (tool.input.definition()["properties"][name]["type"] != type || is_required(tool, name))
    return name + " is not an optional " + std::string(type);
  return {};
}

Problem effect_problem(const Tool& tool) {
  const bool planned = tool.effect == Effect::Destructive || tool.effect == Effect::Spend;
  if (Problem found = argument_problem(tool, "plan_id", planned, "string")) return found;
  if (Problem found = argument_problem(tool, "dry_run", tool.effect == Effect::Write, "boolean"))
    return found;
  if (tool.effect != Effect::Read) return {};
  if (Problem found = argument_problem(tool, "idempotency_key", false, "string")) return found;
  return argument_problem(tool, "wait", false, "string");
}

bool is_target_type(const Json& property) {
  return property["type"] == "string" ||
         (property["type"] == "array" && property["items"]["type"] == "string");
}

Problem target_problem(const Tool& tool) {
  for (const TargetArgument& target : tool.targets) {
    if (std::ranges::find(kDimensions, target.dimension) == kDimensions.end())
      return "unknown dimension \"" + target.dimension + "\"";
    if (!is_property(tool, target.argument) ||
        !is_target_type(tool.input.definition()["properties"][target.argument]))
      return "the target \"" + target.argument + "\" is no argument of text or a list of it";
  }
  for (const std::string_view dimension : kDimensions) {
    const std::string name(dimension);
    const bool declared = std::ranges::any_of(
        tool.targets, [&name](const TargetArgument& target) { return target.argument == name; });
    // An argument that policy does not look at would reach what no grant covers.
    if (is_property(tool, name) && !declared) return "the argument " + name + " is no target";
  }
  if (is_property(tool, "vps_id")) return "the argument is vps everywhere, never vps_id";
  for (const std::string& name : tool.secret_arguments)
    if (!is_property(tool, name)) return "the secret \"" + name + "\" is no argument";
  return {};
}

Problem root_problem(const Tool& tool) {
  if (tool.input.definition()["type"] != "object") return "inputSchema: the root is no object";
  if (tool.output.definition()["type"] != "object") return "outputSchema: the root is no object";
  if (Problem found = schema_problem(tool, tool.input.definition(), "inputSchema")) return found;
  if (Problem found = nullable_problem(tool.input.definition(), "inputSchema")) return found;
  return schema_problem(tool, tool.output.definition(), "outputSchema");
}

}  // namespace

Result<Unit> check_house_rules(const Tool& tool) {
  for (const auto rule :
       {name_problem, text_problem, set_problem, root_problem, effect_problem, target_problem})
    if (const Problem problem = rule(tool))
      return Error{.code = Code::Internal,
                   .message = "tool " + tool.name + ": " + *problem,
                   .hint = "schemas/tools/README.md says what a descriptor holds."};
  return Unit{};
}

}  // namespace tier0
