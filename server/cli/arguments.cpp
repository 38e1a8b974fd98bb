#include "server/cli/arguments.h"

#include "server/base/text.h"

namespace tier0::cli {
namespace {

Error wrong(std::string message) {
  return {.code = Code::Validation,
          .message = std::move(message),
          .hint = "Give arguments as key=value, key:=JSON or --args '{…}'."};
}

std::string wanted_type(const Json& schema, const std::string& key) {
  const Json* properties = find_member(schema, "properties");
  const Json* property = properties == nullptr ? nullptr : find_member(*properties, key);
  return property == nullptr ? "" : string_member(*property, "type");
}

Result<Json> typed(const std::string& key, const std::string& value, const std::string& type) {
  if (type == "boolean" && (value == "true" || value == "false")) return Json(value == "true");
  if (type == "integer" || type == "number" || type == "object" ||
      (type == "array" && value.starts_with('['))) {
    auto parsed = parse_json(value);
    if (!parsed)
      return wrong(key + " wants " + type + ", and '" + clean_text(value, 60) + "' is none");
    return parsed;
  }
  if (type == "array") return value.empty() ? Json::array() : Json(split(value, ','));
  return Json(value);
}

}  // namespace

Result<Json> parse_arguments(const std::string& object, const std::vector<std::string>& assignments,
                             const Json& schema) {
  Json args = Json::object();
  if (!object.empty()) {
    auto parsed = parse_json(object);
    if (!parsed) return wrong("--args is no JSON: " + parsed.error().message);
    if (!parsed->is_object()) return wrong("--args must be a JSON object");
    args = *std::move(parsed);
  }
  for (const std::string& word : assignments) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return wrong("'" + clean_text(word, 60) + "' is no key=value");
    const bool raw = word[equals - 1] == ':';
    const std::string key = word.substr(0, raw ? equals - 1 : equals);
    const std::string value = word.substr(equals + 1);
    if (key.empty() || args.contains(key))
      return wrong("'" + clean_text(key, 60) + "' is given twice or empty");
    if (raw) {
      auto parsed = parse_json(value);
      if (!parsed) return wrong(key + ":= wants JSON: " + parsed.error().message);
      args[key] = *std::move(parsed);
      continue;
    }
    T0_TRY(args[key], typed(key, value, wanted_type(schema, key)));
  }
  return args;
}

}  // namespace tier0::cli
