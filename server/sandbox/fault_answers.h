#pragma once

#include "server/sandbox/call.h"

// Injected faults at work on one call.
namespace tier0::sandbox {

/// The first fault that hits this call and changes how it is answered; null where none does.
Fault* struck_answer(World& world, const Request& request, std::string_view operation);

/// The kinds of those that hit it and change what it brings about.
std::vector<std::string> struck_outcomes(World& world, const Request& request,
                                         std::string_view operation);

/// The answer that the fault makes of the right one.
Response faulty(World& world, const Fault& fault, Response right);

/// 500 [VPS:9999]
Response unlucky(World& world);

/// Sun, 22 Nov 2026 05:00:03 GMT
std::string http_date(Millis time);

}  // namespace tier0::sandbox
