#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace tier0::mcp {

/// Server-sent events as bytes. `frame` is one line of JSON.

/// `id` may be empty.
std::string sse_message(std::string_view frame, std::string_view id = {});
/// Tells a client where to begin if the connection ends, and how soon: no message yet.
std::string sse_priming(std::string_view id, std::chrono::milliseconds retry);
/// The first event of HTTP+SSE: plain text, where to POST.
std::string sse_endpoint(std::string_view uri);

}  // namespace tier0::mcp
