#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "server/base/result.h"

namespace tier0 {

/// A provider's id of a virtual machine: decimal digits, no sign, at most 18 of them.
struct VpsId {
  std::string value;
  static Result<VpsId> parse(std::string_view text);
  auto operator<=>(const VpsId&) const = default;
};

/// A key of `ssh.hosts`: letters, digits, dot, dash and underscore, at most 64 characters.
struct HostName {
  std::string value;
  static Result<HostName> parse(std::string_view text);
  auto operator<=>(const HostName&) const = default;
};

/// An agent's name: lower-case letters, digits and dashes, at most 64 characters.
struct AgentId {
  std::string value;
  static Result<AgentId> parse(std::string_view text);
  auto operator<=>(const AgentId&) const = default;
};

/// One call, random, as it stands in the audit and in errors.
struct CallId {
  std::string value;
  auto operator<=>(const CallId&) const = default;
};

}  // namespace tier0
