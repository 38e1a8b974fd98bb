#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/sandbox/contract.h"
#include "tests/sandbox/probe.h"

namespace tier0::sandbox {

/// A firewall rule that the provider takes.
Json rule();

/// A body that each operation accepts; what is not here takes none.
const std::map<std::string, Json>& bodies();

/// Operations in an order in which each finds what it needs. `=name` before one keeps the id of its
/// answer under that name; `!` uses the machine that is not set up yet.
const std::vector<std::string>& walk();

/// A sandbox with one machine of each kind that the walk needs.
struct Walked {
  Running running;
  std::map<std::string, std::string> names;  // of path parameters

  Walked();
  std::string fill(std::string path, const std::map<std::string, std::string>& values) const;
  WireReply call(const Operation& operation, const std::map<std::string, std::string>& values);
  void settle();
};

}  // namespace tier0::sandbox
