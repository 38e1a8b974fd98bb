#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/sandbox/call.h"

namespace tier0::sandbox {

/// What the provider asks of one member of a request body.
struct FieldRule {
  enum class Kind { Text, Integer, Boolean, Object, List };
  enum class Need { Required, Optional };
  std::string_view name;
  Kind kind = Kind::Text;
  Need need = Need::Required;
  std::size_t min = 0;  // characters of a text
  std::size_t max = 1'000'000;
  std::span<const std::string_view> choices = {};
};

/// The validation errors of one request, in the order found.
class FieldProblems {
 public:
  /// Checks the members of `object`; `prefix` is what their names start with, such as "setup.".
  void check(const Json& object, std::span<const FieldRule> rules, std::string_view prefix = "");
  void add(std::string field, std::string text);

  bool has(std::string_view field) const;
  /// The 422 with `errors`, or nothing where all is well.
  std::optional<Response> response(World& world) const;

 private:
  std::vector<std::pair<std::string, std::string>> problems_;
};

/// check() on the call's body and response() in one.
std::optional<Response> invalid(Call& call, std::span<const FieldRule> rules);

/// Lower-case labels of letters, digits and dashes, at least two of them.
bool is_lower_fqdn(std::string_view name);

/// The vendor's rule for passwords; adds what is wrong under `field`.
void check_password(FieldProblems& problems, const World& world, const std::string& field,
                    std::string_view password);

}  // namespace tier0::sandbox
