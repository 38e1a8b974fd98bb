#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0 {

/// A JSON schema of our closed subset, compiled once. Copies share the compiled form; thread-safe.
class Schema {
 public:
  /// Accepts anything; what a default-constructed descriptor holds.
  Schema();

  /// Kind internal, naming the place, for a keyword or a format outside the closed subset.
  static Result<Schema> compile(Json definition);

  /// The value with its defaults filled in and integral floats made integers, or kind validation
  /// with one detail per wrong field (JSON pointer and problem).
  Result<Json> check(const Json& value) const;

  /// Only what the schema lists, recursively; the rest is dropped.
  Json project(const Json& value) const;

  const Json& definition() const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace tier0
