#pragma once

#include <string>

#include "server/sandbox/message.h"
#include "server/sandbox/rate_limits.h"
#include "server/sandbox/world.h"

namespace tier0::sandbox {

/// What one call came to, for the wire and for the request log.
struct Answer {
  Response response;
  std::string operation = {};   // the provider's operationId, empty where no route matched
  std::string token = {};       // the token's id, never its value
  std::string fault = {};       // the kind of an injected fault that answered
  std::string effect = "none";  // none, applied, or refused: what became of a mutation
};

/// The provider's front and service: edge, authentication, limits, faults, route, handler. Pure but
/// for the world and the limits; the caller has let everything due at `now` happen.
Answer answer(World& world, RateLimits& limits, const Request& request, Millis now);

}  // namespace tier0::sandbox
