#include "server/schema/expectation.h"

#include <vector>

#include "server/base/text.h"
#include "server/schema/formats.h"
#include "server/schema/subset.h"

namespace tier0 {
namespace {

/// " from 1 to 100", " of at least 1", " of at most 100", or nothing.
std::string range(const Json& definition, const char* low_key, const char* high_key) {
  const Json* low = find_member(definition, low_key);
  const Json* high = find_member(definition, high_key);
  if (low && high) return " from " + low->dump() + " to " + high->dump();
  if (low) return " of at least " + low->dump();
  return high ? " of at most " + high->dump() : "";
}

/// " of 1 to 64 characters"
std::string size(const Json& definition, const char* low_key, const char* high_key,
                 const std::string& unit) {
  const Json* low = find_member(definition, low_key);
  const Json* high = find_member(definition, high_key);
  if (low && high) return " of " + low->dump() + " to " + high->dump() + unit;
  if (low) return " of at least " + low->dump() + unit;
  return high ? " of at most " + high->dump() + unit : "";
}

std::string choices(const Json& values) {
  std::vector<std::string> names;
  for (const Json& value : values)
    names.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  return (names.size() == 1 ? "" : "one of ") + join(names, ", ");
}

std::string text_expectation(const Json& definition) {
  const Format* format = find_format(string_member(definition, "format"));
  return (format ? std::string(format->describes) : "text") +
         size(definition, "minLength", "maxLength", " characters");
}

std::string wanted(const Json& definition) {
  if (const Json* values = find_member(definition, "enum")) return choices(*values);
  if (const Json* value = find_member(definition, "const")) return choices(Json::array({*value}));
  const std::string type = type_of(definition);
  if (type == "string") return text_expectation(definition);
  if (type == "integer") return "a whole number" + range(definition, "minimum", "maximum");
  if (type == "number") return "a number" + range(definition, "minimum", "maximum");
  if (type == "array") return "a list" + size(definition, "minItems", "maxItems", " items");
  return type == "boolean" ? "true or false" : "an object";
}

}  // namespace

std::string expectation(const Json& definition) {
  return "must be " + wanted(definition) + (is_nullable(definition) ? ", or null" : "");
}

std::string but_is(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return ", but is null";
    case Json::value_t::boolean:
      return ", but is " + value.dump();
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float:
      return ", but is the number " + value.dump();
    case Json::value_t::string:
      return ", but is other text";
    case Json::value_t::array:
      return ", but is a list of " + std::to_string(value.size());
    case Json::value_t::object:
      return ", but is an object";
    case Json::value_t::binary:
    case Json::value_t::discarded:
      break;
  }
  return "";
}

}  // namespace tier0
