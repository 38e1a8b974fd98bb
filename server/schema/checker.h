#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/base/json.h"

namespace tier0 {

/// valijson behind a door: it costs nine seconds to compile, so one file includes it.
class Checker {
 public:
  explicit Checker(const Json& definition);  // of the closed subset
  ~Checker();
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  /// The keys and indexes that lead to one value.
  using Path = std::vector<std::string>;

  /// Thread-safe, as all of them.
  bool accepts(const Json& value) const;

  /// Every place where the value breaks the schema; inner ones come with those around them. Takes
  /// many times the memory of the value.
  std::vector<Path> faults(const Json& value) const;

 private:
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace tier0
