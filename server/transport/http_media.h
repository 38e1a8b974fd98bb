#pragma once

#include <string_view>

#include "server/transport/http_head.h"

namespace tier0::transport {

/// Whether the body is said to be JSON in UTF-8: `application/json`, with any parameters but
/// another charset.
bool is_json(std::string_view content_type);

/// Whether one of the `Accept` fields takes this media type ("application/json"), directly or by a
/// wildcard, with a weight above zero. No such field takes everything.
bool accepts(const RequestHead& head, std::string_view media_type);

}  // namespace tier0::transport
