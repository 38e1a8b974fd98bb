#include "server/schema/subset.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "server/schema/formats.h"

namespace tier0 {
namespace {

constexpr int kDeepest = 16;

enum class For { All, Object, Array, Text, Number };

struct Keyword {
  std::string_view name;
  For applies_to;
  Json::value_t value;  // number_unsigned stands for a size, discarded for any value
};

constexpr Keyword kKeywords[] = {
    {"type", For::All, Json::value_t::discarded},
    {"description", For::All, Json::value_t::string},
    {"title", For::All, Json::value_t::string},
    {"$schema", For::All, Json::value_t::string},
    {"default", For::All, Json::value_t::discarded},
    {"enum", For::All, Json::value_t::array},
    {"const", For::All, Json::value_t::discarded},
    {"properties", For::Object, Json::value_t::object},
    {"required", For::Object, Json::value_t::array},
    {"additionalProperties", For::Object, Json::value_t::discarded},
    {"items", For::Array, Json::value_t::object},
    {"minItems", For::Array, Json::value_t::number_unsigned},
    {"maxItems", For::Array, Json::value_t::number_unsigned},
    {"minLength", For::Text, Json::value_t::number_unsigned},
    {"maxLength", For::Text, Json::value_t::number_unsigned},
    {"format", For::Text, Json::value_t::string},
    {"minimum", For::Number, Json::value_t::number_float},
    {"maximum", For::Number, Json::value_t::number_float},
};

constexpr std::array<std::string_view, 6> kTypes = {"object",  "array",  "string",
                                                    "integer", "number", "boolean"};

Error fault(const std::string& pointer, const std::string& problem) {
  return {.code = Code::Internal,
          .message = "schema " + (pointer.empty() ? "root" : pointer) + ": " + problem,
          .hint = "Schemas are held to the keywords of server/schema/README.md."};
}

bool is_type(const Json& value) {
  return value.is_string() && std::ranges::find(kTypes, value.get<std::string>()) != kTypes.end();
}

/// "string", or ["string", "null"].
bool is_type_list(const Json& value) {
  if (is_type(value)) return true;
  return value.is_array() && value.size() == 2 && is_type(value[0]) && value[1] == "null";
}

bool fits(const Keyword& keyword, const std::string& type) {
  switch (keyword.applies_to) {
    case For::All:
      return true;
    case For::Object:
      return type == "object";
    case For::Array:
      return type == "array";
    case For::Text:
      return type == "string";
    case For::Number:
      return type == "integer" || type == "number";
  }
  return false;
}

bool has_form(const Keyword& keyword, const Json& value) {
  if (keyword.value == Json::value_t::discarded) return true;
  if (keyword.value == Json::value_t::number_float) return value.is_number();
  if (keyword.value == Json::value_t::number_unsigned)
    return value.is_number_integer() && value >= 0;
  return value.type() == keyword.value;
}

Result<Unit> check_keywords(const Json& definition, const std::string& at) {
  const std::string type = type_of(definition);
  for (const auto& [name, value] : definition.items()) {
    const auto* keyword = std::ranges::find(kKeywords, name, &Keyword::name);
    if (keyword == std::end(kKeywords)) return fault(at, "unknown keyword \"" + name + "\"");
    if (!fits(*keyword, type)) return fault(at, "\"" + name + "\" does not fit type " + type);
    if (!has_form(*keyword, value)) return fault(at, "\"" + name + "\" has the wrong form");
  }
  const std::string format = string_member(definition, "format");
  if (definition.contains("format") && find_format(format) == nullptr)
    return fault(at, "unknown format \"" + format + "\"");
  return Unit{};
}

bool is_choice(const Json& value, const Json& definition) {
  const std::string type = type_of(definition);
  if (value.is_null()) return is_nullable(definition);
  return (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
         (type == "integer" && value.is_number_integer()) ||
         (type == "number" && value.is_number());
}

Result<Unit> check_choices(const Json& definition, const std::string& at) {
  if (const Json* choices = find_member(definition, "enum")) {
    if (choices->empty()) return fault(at, "\"enum\" is empty");
    for (const Json& choice : *choices)
      if (!is_choice(choice, definition)) return fault(at, "\"enum\" holds another type");
  }
  const Json* only = find_member(definition, "const");
  if (only != nullptr && !is_choice(*only, definition))
    return fault(at, "\"const\" is of another type");
  return Unit{};
}

Result<Unit> check_node(const Json& definition, const std::string& at, int depth);

Result<Unit> check_object(const Json& definition, const std::string& at, int depth) {
  const Json* rest = find_member(definition, "additionalProperties");
  const Json* properties = find_member(definition, "properties");
  if (rest != nullptr && rest->is_object())
    T0_CHECK(check_node(*rest, at + "/additionalProperties", depth + 1));
  else if (rest != nullptr && *rest != false)
    return fault(at, "\"additionalProperties\" is neither false nor a schema");
  if (properties != nullptr) {
    if (rest == nullptr) return fault(at, "\"additionalProperties\" is missing");
    for (const auto& [name, member] : properties->items())
      T0_CHECK(check_node(member, at + "/properties/" + name, depth + 1));
  }
  std::set<std::string> seen;
  for (const Json& name : definition.value("required", Json::array())) {
    const bool listed =
        name.is_string() && properties != nullptr && properties->contains(name.get<std::string>());
    if (!listed || !seen.insert(name.get<std::string>()).second)
      return fault(at, "\"required\" repeats a property or names one that is not listed");
  }
  return Unit{};
}

Result<Unit> check_node(const Json& definition, const std::string& at, int depth) {
  if (depth > kDeepest) return fault(at, "nested too deeply");
  if (!definition.is_object()) return fault(at, "a schema is an object");
  const Json* type = find_member(definition, "type");
  if (type == nullptr || !is_type_list(*type)) return fault(at, "\"type\" is missing or unknown");
  T0_CHECK(check_keywords(definition, at));
  T0_CHECK(check_choices(definition, at));
  if (const Json* items = find_member(definition, "items"))
    T0_CHECK(check_node(*items, at + "/items", depth + 1));
  else if (type_of(definition) == "array")
    return fault(at, "\"items\" is missing");
  return type_of(definition) == "object" ? check_object(definition, at, depth)
                                         : Result<Unit>(Unit{});
}

}  // namespace

Result<Unit> check_subset(const Json& definition) {
  return check_node(definition, "", 0);
}

bool is_nullable(const Json& definition) {
  const Json* type = find_member(definition, "type");
  return type != nullptr && type->is_array();
}

std::string type_of(const Json& definition) {
  const Json* type = find_member(definition, "type");
  if (type == nullptr) return {};
  return type->is_array() ? type->front().get<std::string>() : type->get<std::string>();
}

const Json* member_schema(const Json& definition, const std::string& key) {
  if (const Json* properties = find_member(definition, "properties"))
    if (const Json* listed = find_member(*properties, key)) return listed;
  const Json* rest = find_member(definition, "additionalProperties");
  return rest != nullptr && rest->is_object() ? rest : nullptr;
}

}  // namespace tier0
