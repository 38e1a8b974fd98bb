#pragma once

#include <stop_token>

#include "server/base/secret.h"
#include "server/cli/asked.h"
#include "server/net/url.h"

namespace tier0::cli {

/// Carries a client on lines to an MCP server over HTTP, each revision in its own way, until the
/// client's end or a stop. The descriptors stay the caller's.
void bridge_to_url(int client_in, int client_out, const BaseUrl& url, Secret token,
                   EffectOf effect_of, const std::stop_token& stop);

}  // namespace tier0::cli
