#include "tests/transcripts/match.h"

#include <set>

namespace tier0::transcripts {
namespace {

bool is_placeholder(const Json& value) {
  return value.is_string() && value.get_ref<const std::string&>().starts_with('$') &&
         value.get_ref<const std::string&>().find("://") == std::string::npos;
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

}  // namespace

bool Placeholders::take(const std::string& name, const Json& actual) {
  if (name == "$*") return true;
  if (!actual.is_string()) return false;
  const auto& value = actual.get_ref<const std::string&>();
  return known_.emplace(name, value).first->second == value;
}

bool Placeholders::matches(const Json& expected, const Json& actual) {
  if (is_placeholder(expected)) return take(expected.get_ref<const std::string&>(), actual);
  if (expected.type() != actual.type() && !(expected.is_number() && actual.is_number()))
    return false;
  if (!expected.is_structured()) return expected == actual;
  if (expected.size() != actual.size()) return false;
  if (expected.is_array()) {
    for (std::size_t i = 0; i < expected.size(); ++i)
      if (!matches(expected[i], actual[i])) return false;
    return true;
  }
  for (const auto& [name, value] : expected.items()) {
    const Json* found = find_member(actual, name);
    if (found == nullptr || !matches(value, *found)) return false;
  }
  return true;
}

std::string Placeholders::fill(std::string text) const {
  for (const auto& [name, value] : known_) replace_all(text, '"' + name + '"', '"' + value + '"');
  return text;
}

Json Placeholders::generalise(const Json& expected, const Json& actual) {
  static const std::set<std::string> kRandom = {"requestState", "nextCursor", "elicitationId"};
  if (is_placeholder(expected)) {
    take(expected.get_ref<const std::string&>(), actual);
    return expected;
  }
  if (!actual.is_structured()) return actual;
  Json general = actual;
  for (auto& [name, value] : general.items()) {
    const bool is_index = actual.is_array();
    const std::size_t index = is_index ? std::stoul(name) : 0;
    const Json* before =
        is_index ? (expected.is_array() && index < expected.size() ? &expected[index] : nullptr)
                 : find_member(expected, name);
    if (before == nullptr && kRandom.contains(name) && value.is_string()) {
      const std::string fresh = "$" + name + std::to_string(known_.size() + 1);
      known_.emplace(fresh, value.get<std::string>());
      value = fresh;
    } else {
      value = generalise(before == nullptr ? Json() : *before, value);
    }
  }
  return general;
}

}  // namespace tier0::transcripts
