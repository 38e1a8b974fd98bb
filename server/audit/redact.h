#pragma once

#include <set>
#include <span>
#include <string>

#include "server/base/json.h"

namespace tier0 {

/// Which fields of a call's arguments may stand in the audit. Whatever nobody classified is secret.
class FieldClasses {
 public:
  /// Public is each leaf that the tool's own input schema describes, less `secret_arguments` (names
  /// of arguments, or dotted paths) and all that lies below them.
  static FieldClasses from_schema(const Json& input_schema,
                                  std::span<const std::string> secret_arguments);

  /// Dotted path; the items of an array have the array's path.
  bool is_public(const std::string& path) const { return public_.contains(path); }

 private:
  void add(const Json& schema, const std::string& path, std::span<const std::string> secrets);

  std::set<std::string, std::less<>> public_;
};

/// The arguments as the audit may keep them: a value that is not classified public becomes
/// {"redacted": "string 17-64"}, its kind and class of length; names inside it go too. Public texts
/// are cleaned and cut.
Json redact_arguments(const Json& arguments, const FieldClasses& classes);

}  // namespace tier0
