#include "server/schema/checker.h"

// Without it valijson ends the process where it would throw.
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace tier0 {
namespace {

/// What valijson needs to know. Formats are left out: it would check dates with regular
/// expressions.
Json structure_of(const Json& definition) {
  Json kept = Json::object();
  for (const auto& [name, value] : definition.items()) {
    if (name == "properties") {
      kept[name] = Json::object();
      for (const auto& [member, schema] : value.items()) kept[name][member] = structure_of(schema);
    } else if (name == "items" || (name == "additionalProperties" && value.is_object())) {
      kept[name] = structure_of(value);
    } else if (name != "format" && name != "default" && name != "description" && name != "title" &&
               name != "$schema") {
      kept[name] = value;
    }
  }
  return kept;
}

/// valijson writes a step as [key] after <root>; a key may hold brackets itself.
Checker::Path path_of(const std::vector<std::string>& context) {
  Checker::Path path;
  for (std::size_t i = 1; i < context.size(); ++i)
    path.push_back(context[i].substr(1, context[i].size() - 2));
  return path;
}

}  // namespace

struct Checker::Compiled {
  valijson::Schema schema;
};

Checker::Checker(const Json& definition) {
  auto compiled = std::make_unique<Compiled>();
  const Json structure = structure_of(definition);
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(structure), compiled->schema);
  compiled_ = std::move(compiled);
}

Checker::~Checker() = default;

bool Checker::accepts(const Json& value) const {
  valijson::Validator validator;  // holds a cache, so one for each check
  const valijson::adapters::NlohmannJsonAdapter target(value);
  return validator.validate(compiled_->schema, target, nullptr);
}

std::vector<Checker::Path> Checker::faults(const Json& value) const {
  valijson::Validator validator;
  const valijson::adapters::NlohmannJsonAdapter target(value);
  valijson::ValidationResults results;
  validator.validate(compiled_->schema, target, &results);
  std::vector<Path> paths;
  for (const auto& error : results) paths.push_back(path_of(error.context));
  return paths;
}

}  // namespace tier0
