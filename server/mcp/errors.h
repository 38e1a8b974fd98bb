#pragma once

#include <string>

#include "server/base/json.h"
#include "server/mcp/versions.h"

namespace tier0::mcp {

/// Why a request is answered with a JSON-RPC error. Code and HTTP status depend on the revision.
enum class Fault {
  Parse,
  InvalidRequest,
  MethodNotFound,
  InvalidEnvelope,  // a required `_meta` field is missing or ill-typed (modern)
  InvalidParams,
  Internal,
  ResourceNotFound,
  HeaderMismatch,      // modern HTTP
  MissingCapability,   // modern; data.requiredCapabilities says which
  UnsupportedVersion,  // modern; data.supported and data.requested
  Overloaded,
};

/// The text is safe to show a client. `data` is left out where it is null.
struct ProtocolError {
  Fault fault = Fault::Internal;
  std::string message;
  Json data = nullptr;
};

ProtocolError invalid_request(std::string message);
ProtocolError invalid_params(std::string message);
// Names come from the client and are cut to a sentence's length.
ProtocolError bad_member(const std::string& name, std::string_view rule);
ProtocolError unknown_method(const std::string& name);
/// One text for tools that do not exist and for those that the caller may not see.
ProtocolError unknown_tool(const std::string& name);
ProtocolError unknown_prompt(const std::string& name);
ProtocolError resource_not_found(const std::string& uri);
/// `required` is a ClientCapabilities object, such as {"sampling": {}}.
ProtocolError missing_capability(Json required);
ProtocolError unsupported_version(const Json& supported, const std::string& requested);

int error_code(Fault fault, Revision revision);
int http_status(Fault fault, Revision revision);

}  // namespace tier0::mcp
