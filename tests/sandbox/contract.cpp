#include "tests/sandbox/contract.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "server/base/clock.h"
#include "server/crypto/crypto.h"

namespace tier0::sandbox {
namespace {

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == "boolean" && value.is_boolean();
}

bool is_time(const std::string& text) {
  if (parse_time(text)) return true;
  // One read of the live API writes 2027-05-25 13:53:04, as the document's own example shows.
  std::string other = text + "Z";
  return other.size() == 20 && other[10] == ' ' && (other[10] = 'T', parse_time(other));
}

}  // namespace

std::optional<Contract> Contract::load() {
  const char* named = std::getenv("TIER0_OPENAPI");
  const std::string path =
      named != nullptr ? named : TIER0_SOURCE_DIR "/../shared/data/hostinger-openapi.json";
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  const std::string text(std::istreambuf_iterator<char>(file), {});
  auto document = parse_json(text, {.bytes = std::size_t{64} * 1024 * 1024});
  if (!document) throw std::runtime_error(path + ": " + document.error().message);
  return Contract(*std::move(document), crypto::sha256_hex(text));
}

Contract::Contract(Json document, std::string sha256)
    : document_(std::move(document)), sha256_(std::move(sha256)) {
  const Json::json_pointer schema("/requestBody/content/application~1json/schema");
  for (const auto& [path, methods] : document_.at("paths").items())
    for (const auto& [method, operation] : methods.items())
      if (operation.contains("operationId"))
        operations_.push_back({.id = operation.at("operationId"),
                               .method = upper(method),
                               .path = path,
                               .body = operation.contains(schema) ? &operation.at(schema) : nullptr,
                               .responses = &operation.at("responses")});
}

const Operation& Contract::operation(const std::string& id) const {
  const auto found = std::ranges::find(operations_, id, &Operation::id);
  if (found == operations_.end()) throw std::runtime_error("the document has no " + id);
  return *found;
}

const Json& Contract::resolve(const Json& schema) const {
  if (const Json* reference = find_member(schema, "$ref"))
    return resolve(document_.at(Json::json_pointer(reference->get<std::string>().substr(1))));
  if (const Json* one = find_member(schema, "oneOf")) return resolve(one->at(0));
  return schema;
}

void Contract::check_object(const Json& value, const Json& schema, const std::string& where,
                            std::vector<std::string>& problems) const {
  const Json* properties = find_member(schema, "properties");
  if (properties == nullptr) return;
  for (const auto& [name, member] : value.items()) {
    if (properties->contains(name))
      check(member, properties->at(name), where + "." + name, problems);
    else
      problems.push_back(where + " has an unknown " + name);
  }
  for (const auto& [name, member] : properties->items())
    if (!value.contains(name)) problems.push_back(where + " lacks " + name);
}

void Contract::check(const Json& value, const Json& reference, const std::string& where,
                     std::vector<std::string>& problems) const {
  const Json& schema = resolve(reference);
  const bool nullable = reference.value("nullable", false) || schema.value("nullable", false);
  if (value.is_null()) {
    if (!nullable) problems.push_back(where + " is null");
    return;
  }
  const std::string type = schema.value("type", schema.contains("properties") ? "object" : "");
  if (!type.empty() && !has_type(value, type))
    return problems.push_back(where + " is not of type " + type);
  if (const Json* allowed = find_member(schema, "enum"))
    if (std::ranges::find(*allowed, value) == allowed->end())
      problems.push_back(where + " is " + value.dump() + ", which is not allowed");
  if (schema.value("format", "") == "date-time" && !is_time(value.get<std::string>()))
    problems.push_back(where + " is no time: " + value.dump());
  if (value.is_array() && schema.contains("items"))
    for (std::size_t i = 0; i < value.size(); ++i)
      check(value[i], schema.at("items"), where + "[" + std::to_string(i) + "]", problems);
  if (value.is_object()) check_object(value, schema, where, problems);
}

std::vector<std::string> Contract::problems(const Operation& operation, int status,
                                            const Json& body) const {
  const Json::json_pointer content("/content/application~1json/schema");
  const std::string code = std::to_string(status);
  std::vector<std::string> problems;
  if (status < 300 || status == 401) {
    if (!operation.responses->contains(code)) return {"answers an undeclared " + code};
    check(body, resolve(operation.responses->at(code)).at(content), code, problems);
    return problems;
  }
  // The document declares 500 everywhere and 404 nowhere; they look alike. The fields of a 422 have
  // the request's own names, so only its frame is checked.
  Json frame = body;
  if (status == 422 && frame.contains("errors")) {
    for (const auto& [field, texts] : frame.at("errors").items())
      if (!texts.is_array() || texts.empty()) problems.push_back(field + " has no texts");
    frame.erase("errors");
  }
  check(frame, resolve(operation.responses->at("500")).at(content), code, problems);
  return problems;
}

void Contract::add_required(const Json& reference, const std::string& prefix,
                            std::vector<std::string>& names) const {
  const Json& schema = resolve(reference);
  for (const Json& name : schema.value("required", Json::array())) {
    const std::string member = prefix + name.get<std::string>();
    names.push_back(member);
    add_required(schema.at("properties").at(name.get<std::string>()), member + ".", names);
  }
}

std::vector<std::string> Contract::required(const Operation& operation) const {
  std::vector<std::string> names;
  if (operation.body != nullptr) add_required(*operation.body, "", names);
  return names;
}

}  // namespace tier0::sandbox
