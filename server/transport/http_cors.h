#pragma once

#include <string_view>
#include <vector>

#include "server/transport/http_head.h"

namespace tier0::transport {

/// What every answer to an allowed origin carries (Fetch standard, "CORS protocol"); nothing for
/// requests without one. Never `*`, because answers depend on credentials.
std::vector<mcp::HeaderLine> cors_headers(const RequestHead& head);

/// What the answer to a preflight of an allowed origin carries besides.
std::vector<mcp::HeaderLine> preflight_headers(const RequestHead& head);

bool is_preflight(const RequestHead& head);

}  // namespace tier0::transport
