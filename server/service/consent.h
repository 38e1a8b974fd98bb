#pragma once

#include <optional>

#include "server/broker/gate.h"
#include "server/broker/reply.h"
#include "server/mcp/call.h"

namespace tier0 {

/// The question whether a plan may be applied, to the user of a client. The answer counts once; the
/// state names the plan that the user was shown.
mcp::NeedsInput approval_question(const AskClient& ask);

/// What came back, in the round after. Only a form that is filled in with true is a yes; a declined
/// one, or false, is a no; everything else says nothing. Empty where nothing was asked, or where
/// the client left the question out.
std::optional<ClientAnswer> approval_answer(const mcp::Call& call);

}  // namespace tier0
