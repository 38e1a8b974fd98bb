#include "server/tool/descriptor.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "server/tool/common_arguments.h"

namespace tier0 {
namespace {

constexpr std::array<std::string_view, 10> kRequired = {
    "title",    "description", "effect",  "idempotent",  "openWorld",
    "backends", "toolsets",    "targets", "inputSchema", "outputSchema"};
constexpr std::string_view kSecrets = "secrets";

Error fault(std::string_view tool, const std::string& problem) {
  return {.code = Code::Internal,
          .message = "tool " + std::string(tool) + ": " + problem,
          .hint = "schemas/tools/README.md says what a descriptor holds."};
}

Result<Unit> check_keys(std::string_view tool, const Json& json) {
  if (!json.is_object()) return fault(tool, "a descriptor is an object");
  for (const auto& [key, unused] : json.items())
    if (key != kSecrets && std::ranges::find(kRequired, key) == kRequired.end())
      return fault(tool, "unknown key \"" + key + "\"");
  for (const std::string_view key : kRequired)
    if (!json.contains(key)) return fault(tool, "\"" + std::string(key) + "\" is missing");
  for (const char* key : {"title", "description", "effect"})
    if (!json[key].is_string()) return fault(tool, std::string("\"") + key + "\" is not text");
  for (const char* key : {"idempotent", "openWorld"})
    if (!json[key].is_boolean())
      return fault(tool, std::string("\"") + key + "\" is neither true nor false");
  return Unit{};
}

Result<std::vector<std::string>> texts(std::string_view tool, const Json& json,
                                       std::string_view key) {
  std::vector<std::string> values;
  const Json* list = find_member(json, key);
  if (list == nullptr) return values;
  if (!list->is_array()) return fault(tool, "\"" + std::string(key) + "\" is not a list");
  for (const Json& item : *list) {
    if (!item.is_string() || std::ranges::find(values, item.get<std::string>()) != values.end())
      return fault(tool, "\"" + std::string(key) + "\" repeats an item or holds no text");
    values.push_back(item);
  }
  return values;
}

Result<std::vector<Backend>> backends_of(std::string_view tool, const Json& json) {
  T0_TRY(const std::vector<std::string> names, texts(tool, json, "backends"));
  std::vector<Backend> backends;
  for (const std::string& name : names) {
    const auto backend = parse_backend(name);
    if (!backend) return fault(tool, backend.error().message);
    backends.push_back(*backend);
  }
  return backends;
}

Result<std::vector<TargetArgument>> targets_of(std::string_view tool, const Json& json) {
  std::vector<TargetArgument> targets;
  if (!json["targets"].is_array()) return fault(tool, "\"targets\" is not a list");
  for (const Json& item : json["targets"]) {
    TargetArgument target{string_member(item, "dimension"), string_member(item, "argument")};
    if (item.size() != 2 || target.dimension.empty() || target.argument.empty())
      return fault(tool, "a target is {dimension, argument}");
    targets.push_back(std::move(target));
  }
  return targets;
}

Result<Schema> schema_of(std::string_view tool, Json& json, const char* key) {
  auto schema = Schema::compile(std::move(json[key]));
  if (!schema) return fault(tool, std::string(key) + ": " + schema.error().message);
  return schema;
}

}  // namespace

Result<Tool> parse_descriptor(std::string_view name, std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed) return fault(name, parsed.error().message);
  Json& json = *parsed;
  T0_CHECK(check_keys(name, json));
  const auto effect = parse_effect(json["effect"].get<std::string>());
  if (!effect) return fault(name, effect.error().message);
  T0_TRY(std::vector<Backend> backends, backends_of(name, json));
  T0_TRY(std::vector<std::string> toolsets, texts(name, json, "toolsets"));
  T0_TRY(std::vector<TargetArgument> targets, targets_of(name, json));
  T0_TRY(std::vector<std::string> secrets, texts(name, json, kSecrets));
  add_common_arguments(*effect, json["inputSchema"]);
  T0_TRY(Schema input, schema_of(name, json, "inputSchema"));
  T0_TRY(Schema output, schema_of(name, json, "outputSchema"));
  return Tool{.name = std::string(name),
              .title = json["title"],
              .description = json["description"],
              .effect = *effect,
              .idempotent = json["idempotent"],
              .open_world = json["openWorld"],
              .backends = std::move(backends),
              .toolsets = std::move(toolsets),
              .targets = std::move(targets),
              .secret_arguments = std::move(secrets),
              .input = std::move(input),
              .output = std::move(output),
              .run = {}};
}

}  // namespace tier0
