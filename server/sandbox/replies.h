#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/base/json.h"
#include "server/sandbox/call.h"

namespace tier0::sandbox {

/// 2026-11-22T05:00:03Z
std::string stamp(Millis time);
Json stamp_or_null(const std::optional<Millis>& time);

Response ok(const Json& body);
Response accepted();

/// {message, correlation_id} with a fresh id.
Response refusal(World& world, int status, std::string_view message);
/// A refusal from a deeper service: 422 with a message and no `errors`.
Response refused_inside(World& world, std::string_view message);
Response not_found(World& world);
/// What the gateway says of a path under /api/vps that it does not know.
Response no_route(World& world);

/// {data, meta} with the page that the query asks for.
Response paged(const Call& call, const Json& entries);

}  // namespace tier0::sandbox
