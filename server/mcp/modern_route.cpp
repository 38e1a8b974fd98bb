#include "server/mcp/modern_route.h"

#include <utility>

#include "server/mcp/sse.h"

namespace tier0::mcp {

void ModernRoute::open() {
  if (std::exchange(is_streaming_, true)) return;
  responder_->stream();
}

void ModernRoute::send(Outgoing message) {
  responder_->send(
      {.bytes = sse_message(message.frame), .keep = message.keep, .key = std::move(message.key)});
}

void ModernRoute::message(Outgoing message) {
  if (!accepts_.stream) return;
  open();
  send(std::move(message));
}

void ModernRoute::answer(Reply reply) {
  if (reply.status == 200 && !accepts_.json) open();
  if (!is_streaming_) {
    responder_->finish(reply.status, std::move(reply.frame), std::move(reply.headers));
    return;
  }
  send({.frame = std::move(reply.frame)});
  responder_->end();
}

void ModernRoute::abandon() {
  // The client has gone; this only lets the transport forget the request.
  if (is_streaming_) {
    responder_->end();
  } else {
    responder_->finish(204, {});
  }
}

}  // namespace tier0::mcp
