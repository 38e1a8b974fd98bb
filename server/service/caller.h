#pragma once

#include <memory>
#include <string>

#include "server/mcp/call.h"
#include "server/policy/exposure.h"
#include "server/policy/principal.h"

namespace tier0 {

/// What the transport proved, for the broker: hangs on mcp::Caller::detail.
struct ProvenCaller {
  Principal principal;
  std::string transport;                     // stdio, http, sse, socket or cli
  std::shared_ptr<const Exposure> exposure;  // what this way in offers at all
};

/// The caller of an agent, as the protocol carries it around.
mcp::Caller make_caller(Principal principal, std::string transport,
                        std::shared_ptr<const Exposure> exposure);

/// Of a caller that make_caller made.
const ProvenCaller& proven(const mcp::Caller& caller);

}  // namespace tier0
