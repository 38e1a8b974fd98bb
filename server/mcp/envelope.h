#pragma once

#include <optional>
#include <string>
#include <variant>

#include "server/base/json.h"
#include "server/mcp/call.h"
#include "server/mcp/errors.h"

namespace tier0::mcp {

// Reserved keys of `_meta`.
inline constexpr std::string_view kMetaVersion = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view kMetaCapabilities = "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view kMetaClientInfo = "io.modelcontextprotocol/clientInfo";
inline constexpr std::string_view kMetaLogLevel = "io.modelcontextprotocol/logLevel";
inline constexpr std::string_view kMetaServerInfo = "io.modelcontextprotocol/serverInfo";
inline constexpr std::string_view kMetaSubscription = "io.modelcontextprotocol/subscriptionId";

/// Whether a message claims to be of a revision without handshake: its params carry the version.
/// Nothing else decides the era. `params` may be any JSON.
bool has_claim(const Json& params);

/// What every modern request says about itself.
struct Envelope {
  std::string version;
  Json capabilities = Json::object();
};

/// `params` has a claim. The error is of fault InvalidEnvelope.
std::variant<Envelope, ProtocolError> read_envelope(const Json& params);
/// For a request that should have had one.
ProtocolError missing_envelope();

/// What may accompany a request in both eras.
struct RequestMeta {
  Json progress_token = nullptr;  // null: no progress wanted
  std::optional<LogLevel> log_level = {};
};

/// The error is of fault InvalidParams.
std::variant<RequestMeta, ProtocolError> read_request_meta(const Json& params, Revision revision);

std::optional<LogLevel> parse_log_level(std::string_view name);
std::string_view to_string(LogLevel level);

}  // namespace tier0::mcp
