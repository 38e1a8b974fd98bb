#pragma once

#include "server/base/clock.h"
#include "server/base/result.h"
#include "server/net/http.h"

namespace tier0::hosting {

/// What an answer other than 2xx means. `now` turns a Retry-After date into seconds. Texts of the
/// provider are cleaned and bounded; its bracketed service code stays at the front of the message.
Error error_of(const HttpResponse& response, WallTime now);

/// Whether the same request may well succeed in a moment.
bool is_transient(int status);

/// Whether a write answered so may have been carried out all the same.
bool may_be_done(int status);

/// Statuses of a gateway that sent the request on and got no answer in time.
bool is_unanswered(int status);

}  // namespace tier0::hosting
