#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/sandbox/call.h"

namespace tier0::sandbox {

/// Every operation that the simulated provider answers.
std::span<const Route> routes();

struct Match {
  const Route* route = nullptr;
  std::vector<std::string> path = {};
};

/// The route of a call; null where there is none, a path part that has to be a number and is not
/// included.
Match find_route(std::string_view method, std::string_view path);

}  // namespace tier0::sandbox
