#pragma once

#include "server/mcp/shared.h"

namespace tier0::mcp {

/// Answers a request, now or later, through its channel. Never blocks.
void dispatch(Shared& shared, Inbound request);

/// The request's share of dispatch(), by what it is about.
void start_call(Shared& shared, Inbound request);
void start_listen(Shared& shared, Inbound request);
void answer_list(Shared& shared, const Inbound& request);

void answer(const Inbound& request, std::string_view result);
void refuse(const Inbound& request, const ProtocolError& error);

}  // namespace tier0::mcp
