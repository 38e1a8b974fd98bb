#include "tests/hosting/openapi.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "server/base/text.h"

namespace tier0 {
namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool matches(const std::string& pattern, const std::string& path) {
  const auto wanted = split(pattern, '/');
  const auto actual = split(path, '/');
  return std::ranges::equal(wanted, actual, [](const std::string& a, const std::string& b) {
    return a == b || (a.starts_with('{') && !b.empty());
  });
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == "boolean" && value.is_boolean();
}

}  // namespace

std::optional<OpenApi> OpenApi::load() {
  const char* named = std::getenv("TIER0_OPENAPI");
  const std::string path =
      named != nullptr ? named : TIER0_SOURCE_DIR "/../shared/data/hostinger-openapi.json";
  const std::ifstream file(path);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  auto document = parse_json(text.str(), {.bytes = 64 * 1024 * 1024});
  if (!document) throw std::runtime_error(path + ": " + document.error().message);
  return OpenApi(*std::move(document));
}

std::set<std::string> OpenApi::operations(const std::string& path_prefix) const {
  std::set<std::string> found;
  for (const auto& [path, methods] : document_.at("paths").items())
    for (const auto& [method, operation] : methods.items())
      if (path.starts_with(path_prefix) && operation.contains("operationId"))
        found.insert(operation.at("operationId").get<std::string>());
  return found;
}

OpenApi::Match OpenApi::find(const fakes::ReceivedRequest& request) const {
  const std::string path = request.target.substr(0, request.target.find('?'));
  Match best;
  for (const auto& [pattern, methods] : document_.at("paths").items()) {
    const Json* operation = find_member(methods, lower(request.method));
    if (operation == nullptr || !matches(pattern, path)) continue;
    // A pattern without a parameter is closer than one with.
    if (best.operation == nullptr || pattern == path) best = {pattern, operation};
  }
  return best;
}

std::string OpenApi::operation_of(const fakes::ReceivedRequest& request) const {
  const Match match = find(request);
  return match.operation == nullptr ? "" : match.operation->at("operationId").get<std::string>();
}

const Json& OpenApi::resolve(const Json& schema) const {
  const Json* found = &schema;
  while (const Json* ref = find_member(*found, "$ref"))
    found = &document_.at(Json::json_pointer(ref->get<std::string>().substr(1)));
  if (const Json* any = find_member(*found, "oneOf")) return resolve(any->at(0));
  return *found;
}

void OpenApi::check_query(const Json& operation, const std::string& query,
                          std::vector<std::string>& problems) const {
  std::set<std::string> given;
  if (!query.empty())
    for (const std::string& pair : split(query, '&')) given.insert(pair.substr(0, pair.find('=')));
  for (const Json& parameter : operation.value("parameters", Json::array())) {
    const Json& declared = resolve(parameter);
    if (declared.at("in") != "query") continue;
    const auto name = declared.at("name").get<std::string>();
    if (given.erase(name) == 0 && declared.value("required", false))
      problems.push_back("query lacks " + name);
  }
  for (const std::string& name : given) problems.push_back("query has an unknown " + name);
}

std::vector<std::string> OpenApi::problems(const fakes::ReceivedRequest& request) const {
  const Match match = find(request);
  if (match.operation == nullptr) return {"no such operation"};
  std::vector<std::string> problems;
  const std::size_t mark = request.target.find('?');
  check_query(*match.operation, mark == std::string::npos ? "" : request.target.substr(mark + 1),
              problems);

  const Json::json_pointer schema("/requestBody/content/application~1json/schema");
  if (!match.operation->contains(schema)) {
    if (!request.body.empty()) problems.push_back("a body where none is declared");
    return problems;
  }
  const auto body = parse_json(request.body);
  if (!body) return {"the body is not JSON"};
  if (request.header("content-type") != "application/json")
    problems.push_back("the body's type is not application/json");
  check(*body, match.operation->at(schema), "body", problems);
  return problems;
}

void OpenApi::check(const Json& value, const Json& reference, const std::string& where,
                    std::vector<std::string>& problems) const {
  const Json& schema = resolve(reference);
  const std::string type =
      schema.value("type", schema.contains("properties") ? "object" : "string");
  if (!has_type(value, type)) return problems.push_back(where + " is not of type " + type);
  if (const Json* allowed = find_member(schema, "enum"))
    if (std::ranges::find(*allowed, value) == allowed->end())
      problems.push_back(where + " is not one of the allowed values");
  if (value.is_string()) {
    const auto size = value.get_ref<const std::string&>().size();
    if (size < schema.value("minLength", std::size_t{0}))
      problems.push_back(where + " is too short");
    if (size > schema.value("maxLength", std::string::npos))
      problems.push_back(where + " is too long");
  }
  if (value.is_array())
    for (const Json& one : value) check(one, schema.at("items"), where + "[]", problems);
  if (!value.is_object()) return;
  for (const Json& name : schema.value("required", Json::array()))
    if (!value.contains(name.get<std::string>()))
      problems.push_back(where + " lacks " + name.get<std::string>());
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [name, member] : value.items()) {
    if (properties.contains(name))
      check(member, properties.at(name), where + "." + name, problems);
    else
      problems.push_back(where + " has an unknown " + name);
  }
}

Json OpenApi::example(const Json& reference) const {
  if (const Json* given = find_member(reference, "example")) return *given;
  const Json& schema = resolve(reference);
  if (const Json* given = find_member(schema, "example")) return *given;
  if (const Json* properties = find_member(schema, "properties")) {
    Json object = Json::object();
    for (const auto& [name, member] : properties->items()) object[name] = example(member);
    return object;
  }
  const std::string type = schema.value("type", "string");
  if (type == "array") return Json::array({example(schema.at("items"))});
  if (type == "integer" || type == "number") return 1;
  if (type == "boolean") return true;
  if (type == "object") return Json::object();
  return "text";
}

Json OpenApi::example_answer(const fakes::ReceivedRequest& request) const {
  const Match match = find(request);
  if (match.operation == nullptr) return nullptr;
  Json answer = example(
      match.operation->at(Json::json_pointer("/responses/200/content/application~1json/schema")));
  // The example speaks of a hundred items and shows one.
  if (answer.is_object() && answer.contains("meta")) answer["meta"]["total"] = 1;
  return answer;
}

}  // namespace tier0
