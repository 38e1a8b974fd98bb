#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>

#include "server/jsonrpc/message.h"
#include "server/mcp/envelope.h"
#include "server/mcp/errors.h"
#include "server/mcp/listing.h"
#include "server/mcp/methods.h"
#include "server/mcp/responder.h"

namespace tier0::mcp {

/// The headers of a request, as far as the newest revision looks at them.
struct HttpHeaders {
  std::span<const HeaderView> lines;
  bool percent_decoded = false;
};

struct ModernRequest {
  const MethodFacts* method;
  Revision revision;
  Json capabilities;
};

/// The checks that every request with a claim passes before it is dispatched, in the order that
/// decides which error a client sees: envelope, version header, version, method header, name
/// header, method. Without headers (lines) the header checks do not apply. `supported` goes into
/// the error about a version.
std::variant<ModernRequest, ProtocolError> check_modern(const jsonrpc::Request& request,
                                                        const Features& features,
                                                        const Json& supported,
                                                        const HttpHeaders* headers);

/// Whether the `Mcp-Param-*` headers repeat the annotated arguments of a tool. `params` are those
/// of tools/call.
std::optional<ProtocolError> check_header_params(const std::vector<HeaderParam>& expected,
                                                 const Json& params, const HttpHeaders& headers);

}  // namespace tier0::mcp
