#include "server/mcp/forms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace tier0::mcp {
namespace {

/// Says nothing about which values are allowed.
bool is_description(std::string_view keyword) {
  constexpr std::array<std::string_view, 5> kDescriptions = {"title", "description", "default",
                                                             "enumNames", "format"};
  return std::ranges::find(kDescriptions, keyword) != kDescriptions.end();
}

bool is_of_type(const std::string& type, const Json& value) {
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  if (!value.is_number()) return false;
  if (type == "number") return true;
  return type == "integer" && std::trunc(value.get<double>()) == value.get<double>();
}

/// One of [{const, title}…].
bool is_titled_choice(const Json& choices, const Json& value) {
  for (const Json& choice : choices) {
    const Json* meant = find_member(choice, "const");
    if (meant != nullptr && *meant == value) return true;
  }
  return false;
}

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

double length_of(const Json& value) {
  return static_cast<double>(value.is_string() ? code_points(value.get_ref<const std::string&>())
                                               : value.size());
}

bool satisfies(const Json& schema, const Json& value);

bool all_satisfy(const Json& schema, const Json& values) {
  if (!values.is_array()) return false;
  for (const Json& value : values)
    if (!satisfies(schema, value)) return false;
  return true;
}

bool obeys(const std::string& keyword, const Json& rule, const Json& value) {
  if (keyword == "type") return rule.is_string() && is_of_type(rule.get<std::string>(), value);
  if (keyword == "enum") return std::find(rule.begin(), rule.end(), value) != rule.end();
  if (keyword == "oneOf" || keyword == "anyOf") return is_titled_choice(rule, value);
  if (keyword == "items") return all_satisfy(rule, value);
  if (!rule.is_number()) return is_description(keyword);
  const double limit = rule.get<double>();
  if (keyword == "minimum") return value.is_number() && value.get<double>() >= limit;
  if (keyword == "maximum") return value.is_number() && value.get<double>() <= limit;
  if (keyword == "minLength" || keyword == "minItems") return length_of(value) >= limit;
  if (keyword == "maxLength" || keyword == "maxItems") return length_of(value) <= limit;
  return is_description(keyword);
}

bool satisfies(const Json& schema, const Json& value) {
  if (!schema.is_object()) return false;
  for (const auto& [keyword, rule] : schema.items())
    if (!obeys(keyword, rule, value)) return false;
  return true;
}

bool has_required(const Json& schema, const Json& content) {
  const Json* required = find_member(schema, "required");
  if (required == nullptr) return true;
  for (const Json& name : *required)
    if (!name.is_string() || !content.contains(name.get_ref<const std::string&>())) return false;
  return true;
}

/// Empty for what is no action at all.
std::optional<Elicited> read_action(const Call& call, const std::string& key) {
  const auto found = call.responses().find(key);
  if (found == call.responses().end()) return std::nullopt;
  const std::string action = string_member(found->second, "action");
  if (action == "accept") return Elicited{.action = Elicited::Action::Accept};
  if (action == "decline") return Elicited{.action = Elicited::Action::Decline};
  return Elicited{};
}

/// 2025-06-18, elicitation: choices are `enum`, their titles `enumNames`.
void write_choices_plainly(Json& property) {
  const auto titled = property.find("oneOf");
  if (titled == property.end()) return;
  Json values = Json::array();
  Json names = Json::array();
  for (const Json& choice : *titled) {
    values.push_back(choice.value("const", Json()));
    names.push_back(choice.value("title", values.back()));
  }
  property.erase("oneOf");
  property["enum"] = std::move(values);
  property["enumNames"] = std::move(names);
}

}  // namespace

InputRequest ask_form(std::string message, Json requested_schema) {
  return {.kind = InputRequest::Kind::Form,
          .params = {{"message", std::move(message)},
                     {"requestedSchema", std::move(requested_schema)}}};
}

InputRequest ask_page(std::string message, std::string url) {
  return {.kind = InputRequest::Kind::Url,
          .params = {{"message", std::move(message)}, {"url", std::move(url)}}};
}

std::optional<Elicited> read_form(const Call& call, const std::string& key,
                                  const Json& requested_schema) {
  auto elicited = read_action(call, key);
  if (!elicited || elicited->action != Elicited::Action::Accept) return elicited;
  const Json* content = find_member(call.responses().at(key), "content");
  auto filled = content == nullptr ? std::nullopt : fill_in(requested_schema, *content);
  if (!filled) return Elicited{};
  elicited->content = *std::move(filled);
  return elicited;
}

std::optional<Elicited> read_page(const Call& call, const std::string& key) {
  return read_action(call, key);
}

std::optional<Json> fill_in(const Json& requested_schema, const Json& content) {
  const Json* properties = find_member(requested_schema, "properties");
  if (properties == nullptr || !properties->is_object() || !content.is_object())
    return std::nullopt;
  if (!has_required(requested_schema, content)) return std::nullopt;
  Json filled = Json::object();
  for (const auto& [name, schema] : properties->items()) {
    const Json* value = find_member(content, name);
    if (value == nullptr) continue;
    if (!satisfies(schema, *value)) return std::nullopt;
    filled[name] = *value;
  }
  return filled;
}

Json plain_form(Json requested_schema) {
  const auto properties = requested_schema.find("properties");
  if (properties == requested_schema.end()) return requested_schema;
  for (Json& property : *properties) {
    write_choices_plainly(property);
    const auto value = property.find("default");
    if (value != property.end() && !value->is_boolean()) property.erase(value);
  }
  return requested_schema;
}

}  // namespace tier0::mcp
