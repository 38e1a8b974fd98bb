#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0::sandbox {

/// A named way in which the live provider differs from its documentation, or in which nobody
/// knows what it does. On and off are 1 and 0; some take a number.
struct QuirkSpec {
  std::string_view name;
  double normal;   // the value of a fresh world
  bool is_switch;  // true and false only
  std::string_view about;
};

/// All there are.
std::span<const QuirkSpec> quirk_specs();

/// The switches of one world.
class Quirks {
 public:
  /// An unknown name is a bug and throws.
  bool on(std::string_view name) const { return number(name) != 0; }
  double number(std::string_view name) const;

  /// Kind validation for an unknown name or a value of the wrong type.
  Result<Unit> set(std::string_view name, const Json& value);
  /// Every quirk with its value.
  Json all() const;
  /// Only those that differ from normal.
  Json changed() const;

 private:
  std::map<std::string, double, std::less<>> values_;
};

}  // namespace tier0::sandbox
