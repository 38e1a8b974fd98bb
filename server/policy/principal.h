#pragma once

#include <optional>
#include <string>

#include "server/base/clock.h"

namespace tier0 {

/// Who is calling, proven. A protocol session is no part of it.
struct Principal {
  enum class Kind { Agent, Person, Automation };
  enum class Proof { LaunchedAs, Token, UnixUser };

  Kind kind = Kind::Agent;
  std::string id;
  std::optional<std::string> tenant = {};
  Proof proof = Proof::LaunchedAs;
  std::optional<WallTime> expires = {};

  /// Stable text for audit rows and for binding sessions: "agent:executor-codex".
  std::string name() const;
};

}  // namespace tier0
