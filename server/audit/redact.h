#pragma once

#include <set>
#include <span>
#include <string>

#include "server/base/json.h"

namespace tier0 {

/// Which fields of a call's arguments may stand in the audit. Whatever nobody classified is secret.
/// A field's path is its names joined by dots; the items of an array have the array's path.
class FieldClasses {
 public:
  /// Public is each plain value that the tool's own input schema describes, less
  /// `secret_arguments` (paths) and all that lies below them.
  static FieldClasses from_schema(const Json& input_schema,
                                  std::span<const std::string> secret_arguments);

  bool is_public(const std::string& path) const { return public_.contains(path); }
  bool has_public_below(const std::string& path) const;
  /// Named in the schema, so that the name at least gives nothing away.
  bool is_known(const std::string& path) const { return known_.contains(path); }

 private:
  void add(const Json& schema, const std::string& path, std::span<const std::string> secrets);

  std::set<std::string> known_;
  std::set<std::string> public_;
};

/// The arguments as the audit may keep them. A value that is not public becomes its kind and class
/// of length, {"redacted": "string 17-64"}; members that the schema does not name go with their
/// names. Public texts are cleaned and cut.
Json redact_arguments(const Json& arguments, const FieldClasses& classes);

}  // namespace tier0
