#include "server/schema/faults.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "server/base/nearest.h"
#include "server/base/text.h"
#include "server/schema/expectation.h"
#include "server/schema/formats.h"
#include "server/schema/subset.h"

namespace tier0 {
namespace {

constexpr std::size_t kLongestKey = 64;
constexpr std::size_t kMostFormatFaults = 100;

struct Place {
  std::string pointer;
  const Json* value;
  const Json* definition;
};

/// The value and the definition at the end of a path; the last step that both know if they part.
Place follow(const Checker::Path& path, const Json& value, const Json& definition) {
  Place place{"", &value, &definition};
  for (const std::string& step : path) {
    const Json* next = nullptr;
    const Json* schema = nullptr;
    if (place.value->is_object()) {
      next = find_member(*place.value, step);
      schema = member_schema(*place.definition, step);
    } else if (place.value->is_array()) {
      next = &(*place.value)[std::stoul(step)];
      schema = find_member(*place.definition, "items");
    }
    if (next == nullptr || schema == nullptr) break;
    place = {pointer_to(place.pointer, step), next, schema};
  }
  return place;
}

std::string unknown_problem(const Json& definition, const std::string& name) {
  std::vector<std::string> names;
  const Json properties = definition.value("properties", Json::object());
  for (const auto& [key, unused] : properties.items()) names.push_back(key);
  if (names.empty()) return "is not known here; nothing is expected";
  if (const std::string meant = nearest(names, name); !meant.empty())
    return "is not known here; did you mean \"" + meant + "\"?";
  return "is not known here; known are " + join(names, ", ");
}

void object_faults(const Place& place, std::vector<Detail>& faults) {
  const Json& definition = *place.definition;
  for (const Json& name : definition.value("required", Json::array())) {
    const auto key = name.get<std::string>();
    if (place.value->contains(key)) continue;
    faults.push_back({pointer_to(place.pointer, key),
                      "is missing; it " + expectation(definition["properties"][key])});
  }
  const Json* rest = find_member(definition, "additionalProperties");
  if (rest == nullptr || *rest != false) return;
  for (const auto& [name, unused] : place.value->items())
    if (member_schema(definition, name) == nullptr)
      faults.push_back({pointer_to(place.pointer, clean_text(name, kLongestKey)),
                        unknown_problem(definition, name)});
}

bool is_new(const std::vector<Detail>& faults, const std::string& pointer) {
  return std::ranges::find(faults, pointer, &Detail::field) == faults.end();
}

/// Whether a fault inside this place is known already, so that the place itself need not be named.
bool has_inner(const std::vector<Detail>& faults, const std::string& pointer) {
  return std::ranges::any_of(faults, [&pointer](const Detail& fault) {
    return fault.field.size() > pointer.size() && fault.field.starts_with(pointer + "/");
  });
}

void collect(const Json& value, const Json& definition, const std::string& pointer,
             std::vector<Detail>& faults) {
  if (faults.size() >= kMostFormatFaults) return;
  if (value.is_object()) {
    for (const auto& [name, member] : value.items())
      if (const Json* listed = member_schema(definition, name))
        collect(member, *listed, pointer_to(pointer, name), faults);
    return;
  }
  if (value.is_array()) {
    const Json* items = find_member(definition, "items");
    for (std::size_t i = 0; items != nullptr && i < value.size(); ++i)
      collect(value[i], *items, pointer_to(pointer, std::to_string(i)), faults);
    return;
  }
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > kMost)
    faults.push_back({pointer, "is a number beyond 64 bits"});
  const Format* format = find_format(string_member(definition, "format"));
  if (format != nullptr && value.is_string() &&
      !format->accepts(value.get_ref<const std::string&>()))
    faults.push_back({pointer, expectation(definition)});
}

}  // namespace

std::string pointer_to(const std::string& parent, const std::string& key) {
  std::string step;
  for (const char c : key) {
    if (c == '~')
      step += "~0";
    else if (c == '/')
      step += "~1";
    else
      step += c;
  }
  return parent + "/" + step;
}

std::vector<Detail> shape_faults(const std::vector<Checker::Path>& paths, const Json& value,
                                 const Json& definition) {
  std::vector<Checker::Path> inner_first(paths);
  std::ranges::stable_sort(inner_first, std::ranges::greater{}, &Checker::Path::size);
  std::vector<Detail> faults;
  std::vector<std::string> seen;
  for (const Checker::Path& path : inner_first) {
    const Place place = follow(path, value, definition);
    if (std::ranges::find(seen, place.pointer) != seen.end()) continue;
    seen.push_back(place.pointer);
    const std::size_t before = faults.size();
    if (place.value->is_object() && type_of(*place.definition) == "object")
      object_faults(place, faults);
    if (faults.size() == before && !has_inner(faults, place.pointer) &&
        is_new(faults, place.pointer))
      faults.push_back({place.pointer, expectation(*place.definition) + but_is(*place.value)});
  }
  std::ranges::stable_sort(faults, {}, &Detail::field);
  return faults;
}

std::vector<Detail> format_faults(const Json& value, const Json& definition) {
  std::vector<Detail> faults;
  collect(value, definition, "", faults);
  return faults;
}

}  // namespace tier0
