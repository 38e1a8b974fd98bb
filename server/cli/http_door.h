#pragma once

#include <memory>
#include <string>

#include "server/cli/engine.h"
#include "server/transport/http_server.h"

namespace tier0::cli {

/// Serves agents over HTTP, each known by its token. `address` is HOST:PORT; empty means
/// http.listen. The engine outlives it.
Result<std::unique_ptr<transport::HttpServer>> open_http_door(
    Engine& engine, const std::string& address, std::shared_ptr<const Exposure> exposure);

}  // namespace tier0::cli
