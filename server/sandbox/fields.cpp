#include "server/sandbox/fields.h"

#include <algorithm>
#include <map>

#include "server/base/text.h"
#include "server/sandbox/replies.h"

namespace tier0::sandbox {
namespace {

using Kind = FieldRule::Kind;

/// setup.template_id is "template id" in the texts.
std::string spoken(std::string_view field) {
  std::string name(field.substr(field.rfind('.') + 1));
  std::ranges::replace(name, '_', ' ');
  return name;
}

bool has_kind(const Json& value, Kind kind) {
  switch (kind) {
    case Kind::Text:
      return value.is_string();
    case Kind::Integer:
      return value.is_number_integer();
    case Kind::Boolean:
      return value.is_boolean();
    case Kind::Object:
      return value.is_object();
    case Kind::List:
      return value.is_array();
  }
  return false;
}

std::string kind_text(Kind kind) {
  switch (kind) {
    case Kind::Text:
      return "must be a string.";
    case Kind::Integer:
      return "must be an integer.";
    case Kind::Boolean:
      return "field must be true or false.";
    case Kind::Object:
    case Kind::List:
      return "must be an array.";
  }
  return {};
}

std::string text_problem(const FieldRule& rule, const std::string& value) {
  if (value.size() < rule.min)
    return "must be at least " + std::to_string(rule.min) + " characters.";
  if (value.size() > rule.max)
    return "may not be greater than " + std::to_string(rule.max) + " characters.";
  return {};
}

}  // namespace

void FieldProblems::add(std::string field, std::string text) {
  problems_.emplace_back(std::move(field), std::move(text));
}

bool FieldProblems::has(std::string_view field) const {
  return std::ranges::any_of(problems_, [field](const auto& p) { return p.first == field; });
}

void FieldProblems::check(const Json& object, std::span<const FieldRule> rules,
                          std::string_view prefix) {
  for (const FieldRule& rule : rules) {
    const std::string field = std::string(prefix) + std::string(rule.name);
    const Json* value = find_member(object, rule.name);
    // An empty text counts as absent, as it does behind the provider's gateway.
    if (value == nullptr || value->is_null() || *value == "") {
      if (rule.need == FieldRule::Need::Required)
        add(field, "The " + spoken(field) + " field is required.");
      continue;
    }
    if (!has_kind(*value, rule.kind)) {
      add(field, "The " + spoken(field) + " " + kind_text(rule.kind));
      continue;
    }
    if (rule.kind != Kind::Text) continue;
    const auto text = value->get<std::string>();
    if (const std::string problem = text_problem(rule, text); !problem.empty())
      add(field, "The " + spoken(field) + " " + problem);
    else if (!rule.choices.empty() && std::ranges::find(rule.choices, text) == rule.choices.end())
      add(field, "The selected " + spoken(field) + " is invalid.");
  }
}

std::optional<Response> FieldProblems::response(World& world) const {
  if (problems_.empty()) return std::nullopt;
  Json errors = Json::object();
  for (const auto& [field, text] : problems_) errors[field].push_back(text);
  std::string message = problems_.front().second;
  if (const std::size_t more = problems_.size() - 1; more > 0)
    message += " (and " + std::to_string(more) + " more error" + (more == 1 ? ")" : "s)");
  return Response{.status = 422,
                  .body = dump_json({{"message", message},
                                     {"errors", std::move(errors)},
                                     {"correlation_id", random_uuid(world)}})};
}

std::optional<Response> invalid(Call& call, std::span<const FieldRule> rules) {
  FieldProblems problems;
  problems.check(call.body, rules);
  return problems.response(call.world);
}

bool is_lower_fqdn(std::string_view name) {
  const std::vector<std::string> labels = split(name, '.');
  if (labels.size() < 2 || name.size() > 253) return false;
  return std::ranges::all_of(labels, [](const std::string& label) {
    const auto allowed = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, allowed);
  });
}

void check_password(FieldProblems& problems, const World& world, const std::string& field,
                    std::string_view password) {
  const auto holds = [password](auto test) { return std::ranges::any_of(password, test); };
  const bool mixed = holds([](char c) { return c >= 'a' && c <= 'z'; }) &&
                     holds([](char c) { return c >= 'A' && c <= 'Z'; });
  if (!mixed)
    problems.add(field,
                 "The password must contain at least one uppercase and one lowercase letter.");
  if (!holds([](char c) { return c >= '0' && c <= '9'; }))
    problems.add(field, "The password must contain at least one number.");
  constexpr std::string_view kSymbols = "-().&@?'#;/,+";
  if (world.quirks.on("root-password-symbol") &&
      password.find_first_of(kSymbols) == std::string_view::npos)
    problems.add(field, "[VPS:2004] The password must contain at least one of -().&@?'#;/,+");
}

}  // namespace tier0::sandbox
