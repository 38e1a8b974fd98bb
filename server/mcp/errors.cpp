#include "server/mcp/errors.h"

#include <utility>

#include "server/base/text.h"
#include "server/jsonrpc/message.h"

namespace tier0::mcp {
namespace {

constexpr std::size_t kQuoteLimit = 120;

std::string quote(const std::string& name) {
  return clean_text(name, kQuoteLimit);
}

}  // namespace

ProtocolError invalid_request(std::string message) {
  return {.fault = Fault::InvalidRequest, .message = std::move(message)};
}

ProtocolError unknown_method(const std::string& name) {
  return {.fault = Fault::MethodNotFound, .message = "unknown method: " + quote(name)};
}

ProtocolError invalid_params(std::string message) {
  return {.fault = Fault::InvalidParams, .message = std::move(message)};
}

ProtocolError bad_member(const std::string& name, std::string_view rule) {
  return invalid_params(quote(name) + ' ' + std::string(rule));
}

ProtocolError unknown_tool(const std::string& name) {
  return invalid_params("unknown tool: " + quote(name));
}

ProtocolError unknown_prompt(const std::string& name) {
  return invalid_params("unknown prompt: " + quote(name));
}

ProtocolError resource_not_found(const std::string& uri) {
  return {.fault = Fault::ResourceNotFound,
          .message = "resource not found: " + quote(uri),
          .data = {{"uri", uri}}};
}

ProtocolError missing_capability(Json required) {
  Json data = Json::object();
  data["requiredCapabilities"] = std::move(required);
  return {.fault = Fault::MissingCapability,
          .message = "the client lacks a capability that this request needs",
          .data = std::move(data)};
}

ProtocolError unsupported_version(const Json& supported, const std::string& requested) {
  const std::string named = quote(requested);
  return {.fault = Fault::UnsupportedVersion,
          .message = "revision " + named + " is not served here",
          .data = {{"supported", supported}, {"requested", named}}};
}

int error_code(Fault fault, Revision revision) {
  switch (fault) {
    case Fault::Parse:
      return jsonrpc::kParseError;
    case Fault::InvalidRequest:
      return jsonrpc::kInvalidRequest;
    case Fault::MethodNotFound:
      return jsonrpc::kMethodNotFound;
    case Fault::InvalidEnvelope:
    case Fault::InvalidParams:
      return jsonrpc::kInvalidParams;
    case Fault::Internal:
    case Fault::Overloaded:
      return jsonrpc::kInternalError;
    case Fault::ResourceNotFound:
      return facts(revision).resource_not_found;
    case Fault::HeaderMismatch:
      return -32020;
    case Fault::MissingCapability:
      return facts(revision).modern ? -32021 : jsonrpc::kInternalError;
    case Fault::UnsupportedVersion:
      return -32022;
  }
  return jsonrpc::kInternalError;
}

int http_status(Fault fault, Revision revision) {
  const bool modern = facts(revision).modern;
  switch (fault) {
    case Fault::Parse:
    case Fault::InvalidRequest:
    case Fault::InvalidEnvelope:
    case Fault::HeaderMismatch:
    case Fault::UnsupportedVersion:
      return 400;
    case Fault::MethodNotFound:
      return modern ? 404 : 200;
    case Fault::MissingCapability:
      return modern ? 400 : 200;
    case Fault::InvalidParams:
    case Fault::Internal:
    case Fault::ResourceNotFound:
      // A client that probes the era takes a 400 with such a code for an old server.
      return 200;
    case Fault::Overloaded:
      return 429;
  }
  return 200;
}

}  // namespace tier0::mcp
