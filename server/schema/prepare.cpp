#include "server/schema/prepare.h"

#include <cmath>
#include <cstdint>
#include <string>

#include "server/schema/formats.h"
#include "server/schema/subset.h"

namespace tier0 {
namespace {

constexpr double kExact = 9007199254740992.0;  // 2^53: beyond it a float is not one integer

bool is_whole(const Json& value) {
  if (!value.is_number_float()) return false;
  const double number = value.get<double>();
  return std::abs(number) <= kExact && number == std::trunc(number);
}

void prepare_object(Json& value, const Json& definition) {
  if (const Json* properties = find_member(definition, "properties"))
    for (const auto& [name, member] : properties->items())
      if (const Json* preset = find_member(member, "default"); preset && !value.contains(name))
        value[name] = *preset;
  for (const auto& [name, member] : value.items())
    if (const Json* listed = member_schema(definition, name)) prepare(member, *listed);
}

void prepare_text(Json& value, const Json& definition) {
  const Format* format = find_format(string_member(definition, "format"));
  if (format == nullptr) return;
  if (format->integers && value.is_number_integer()) value = value.dump();
  if (format->normal != nullptr && value.is_string() &&
      format->accepts(value.get_ref<const std::string&>()))
    value = format->normal(value.get_ref<const std::string&>());
}

}  // namespace

void prepare(Json& value, const Json& definition) {
  const std::string type = type_of(definition);
  if (is_whole(value) && type != "number") value = static_cast<std::int64_t>(value.get<double>());
  if (type == "object" && value.is_object()) prepare_object(value, definition);
  if (type == "array" && value.is_array())
    for (Json& item : value) prepare(item, definition["items"]);
  if (type == "string") prepare_text(value, definition);
}

Json project(const Json& value, const Json& definition) {
  const std::string type = type_of(definition);
  const bool wants_container = type == "object" || type == "array";
  if (value.is_structured() != wants_container || value.is_object() != (type == "object"))
    return value.is_structured() || wants_container ? Json() : value;
  if (type == "array") {
    Json items = Json::array();
    for (const Json& item : value) items.push_back(project(item, definition["items"]));
    return items;
  }
  if (type != "object") return value;
  if (!definition.contains("properties") && !definition.contains("additionalProperties"))
    return value;  // a definition that lists nothing at all leaves its content open
  Json kept = Json::object();
  for (const auto& [name, member] : value.items())
    if (const Json* listed = member_schema(definition, name)) kept[name] = project(member, *listed);
  return kept;
}

}  // namespace tier0
