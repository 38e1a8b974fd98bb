#pragma once

#include <map>
#include <string>

#include "server/sandbox/fixture.h"
#include "server/sandbox/host_view.h"
#include "server/sandbox/rate_limits.h"
#include "server/sandbox/request_log.h"
#include "server/sandbox/world.h"

namespace tier0::sandbox {

/// All that one sandbox holds, behind one lock.
struct Stage {
  World world;
  Seeding seeding;
  RateLimits limits = {};
  RequestLog log = {};
  std::map<std::string, HostEndpoint, std::less<>> endpoints = {};
};

/// The control plane: /__sim/{reset,fixture,clock,faults,quirks,requests,hosts}. `real` is the real
/// time; the stage has been advanced to it. Needs the token with the id full.
Response control(Stage& stage, const Request& request, Millis real);

/// {vps: {address, port, host_key}}
Json endpoints_view(const Stage& stage);

}  // namespace tier0::sandbox
