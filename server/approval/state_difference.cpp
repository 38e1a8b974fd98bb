#include "server/approval/state_difference.h"

#include <map>
#include <set>
#include <string>

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::size_t kDifferencesShown = 20;
constexpr std::size_t kValueShown = 80;
constexpr std::size_t kPlaceShown = 120;

std::string value_or_nothing(const std::map<std::string, Json>& values, const std::string& at) {
  const auto found = values.find(at);
  if (found == values.end()) return "nothing";
  return clean_text(dump_json(found->second), kValueShown);
}

/// Leaves by JSON pointer; empty containers are leaves too, since losing the last item is a change.
void collect_leaves(const Json& value, const std::string& at, std::map<std::string, Json>& leaves) {
  if (!value.is_structured() || value.empty()) {
    leaves.emplace(at, value);
    return;
  }
  for (const auto& [key, inner] : value.items()) collect_leaves(inner, at + "/" + key, leaves);
}

}  // namespace

std::vector<Detail> state_difference(const Json& before, const Json& now) {
  std::map<std::string, Json> old_leaves;
  std::map<std::string, Json> new_leaves;
  collect_leaves(before, "", old_leaves);
  collect_leaves(now, "", new_leaves);
  std::set<std::string> places;
  for (const auto& [at, unused] : old_leaves) places.insert(at);
  for (const auto& [at, unused] : new_leaves) places.insert(at);

  std::vector<Detail> moved;
  std::size_t left_out = 0;
  for (const std::string& at : places) {
    const auto was = old_leaves.find(at);
    const auto is = new_leaves.find(at);
    if (was != old_leaves.end() && is != new_leaves.end() && was->second == is->second) continue;
    if (moved.size() == kDifferencesShown) {
      ++left_out;
      continue;
    }
    moved.push_back({clean_text(at, kPlaceShown), "was " + value_or_nothing(old_leaves, at) +
                                                      ", is " + value_or_nothing(new_leaves, at)});
  }
  if (left_out > 0) moved.push_back({"…", std::to_string(left_out) + " more"});
  return moved;
}

}  // namespace tier0
