#pragma once

#include <optional>
#include <string_view>

#include "server/mcp/call.h"

namespace tier0::mcp {

/// How a question to the client looks on the wire, per revision.

std::string_view question_method(InputRequest::Kind kind);
Json question_params(const InputRequest& request, Revision revision);
/// The value in `inputRequests`.
Json modern_question(const InputRequest& request);

bool declares(const ClientCapabilities& client, InputRequest::Kind kind);
/// What the client would have had to declare for these questions; empty if it has.
std::optional<Json> undeclared(const std::map<std::string, InputRequest>& requests,
                               const ClientCapabilities& client);

/// A legacy client's result as the handler sees it; empty if it is no answer to such a question.
std::optional<Json> read_answer(InputRequest::Kind kind, const Json& result);
/// What counts as the answer where there is none: an elicitation that nobody answered is no
/// consent. Empty where there is no such thing.
std::optional<Json> no_answer(InputRequest::Kind kind);

}  // namespace tier0::mcp
