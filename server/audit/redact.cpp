#include "server/audit/redact.h"

#include <algorithm>

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::size_t kShownText = 256;
constexpr std::size_t kItemLimit = 100;
constexpr const char* kUnnamed = "(unclassified)";

std::string below(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

std::string_view length_class(std::size_t length) {
  if (length == 0) return "empty";
  if (length <= 16) return "1-16";
  if (length <= 64) return "17-64";
  return length <= 256 ? "65-256" : "over 256";
}

Json marker(const Json& value) {
  std::string text = value.type_name();
  if (value.is_string())
    text.append(" ").append(length_class(value.get_ref<const std::string&>().size()));
  if (value.is_structured()) text.append(" ").append(length_class(value.size()));
  return {{"redacted", text}};
}

Json redact(const Json& value, const std::string& path, const FieldClasses& classes);

Json redact_object(const Json& object, const std::string& path, const FieldClasses& classes) {
  Json kept = Json::object();
  std::size_t unnamed = 0;
  for (const auto& [name, value] : object.items()) {
    const std::string member = below(path, name);
    if (classes.is_known(member))
      kept[name] = redact(value, member, classes);
    else
      ++unnamed;
  }
  if (unnamed > 0) kept[kUnnamed] = {{"redacted", std::to_string(unnamed) + " members"}};
  return kept;
}

Json redact_array(const Json& array, const std::string& path, const FieldClasses& classes) {
  Json kept = Json::array();
  for (const Json& item : array) {
    if (kept.size() == kItemLimit) {
      kept.push_back({{"left_out", array.size() - kItemLimit}});
      break;
    }
    kept.push_back(redact(item, path, classes));
  }
  return kept;
}

Json redact(const Json& value, const std::string& path, const FieldClasses& classes) {
  if (value.is_object() && (path.empty() || classes.has_public_below(path)))
    return redact_object(value, path, classes);
  if (value.is_array() && (classes.is_public(path) || classes.has_public_below(path)))
    return redact_array(value, path, classes);
  if (value.is_structured() || !classes.is_public(path)) return marker(value);
  if (value.is_string()) return clean_text(value.get_ref<const std::string&>(), kShownText);
  return value;
}

bool may_hold_members(const Json& schema) {
  const Json* type = find_member(schema, "type");
  if (type == nullptr) return find_member(schema, "enum") == nullptr;
  if (type->is_string()) return *type == "object";
  return std::ranges::find(*type, Json("object")) != type->end();
}

}  // namespace

FieldClasses FieldClasses::from_schema(const Json& input_schema,
                                       std::span<const std::string> secret_arguments) {
  FieldClasses classes;
  classes.add(input_schema, "", secret_arguments);
  return classes;
}

void FieldClasses::add(const Json& schema, const std::string& path,
                       std::span<const std::string> secrets) {
  if (!path.empty()) known_.insert(path);
  if (std::ranges::find(secrets, path) != secrets.end()) return;
  if (const Json* members = find_member(schema, "properties")) {
    for (const auto& [name, member] : members->items()) add(member, below(path, name), secrets);
    return;
  }
  if (const Json* items = find_member(schema, "items")) {
    add(*items, path, secrets);
    return;
  }
  if (string_member(schema, "type") != "array" && !may_hold_members(schema)) public_.insert(path);
}

bool FieldClasses::has_public_below(const std::string& path) const {
  const std::string prefix = path + ".";
  const auto first = public_.lower_bound(prefix);
  return first != public_.end() && first->starts_with(prefix);
}

Json redact_arguments(const Json& arguments, const FieldClasses& classes) {
  if (!arguments.is_object()) return marker(arguments);
  return redact_object(arguments, "", classes);
}

}  // namespace tier0
