#include "server/schema/expectation.h"

#include <algorithm>
#include <numeric>
#include <string_view>
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

/// Levenshtein's distance between two short words.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t swap = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({swap, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
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

std::string nearest_property(const Json& definition, const std::string& name) {
  constexpr std::size_t kLongest = 64;
  const Json* properties = find_member(definition, "properties");
  if (properties == nullptr || name.size() > kLongest) return {};
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const auto& [candidate, unused] : properties->items()) {
    const std::size_t steps = distance(candidate, name);
    if (steps >= best_distance) continue;
    best_distance = steps;
    best = candidate;
  }
  return best;
}

}  // namespace tier0
