#include "server/mcp/legacy_route.h"

#include <utility>

namespace tier0::mcp {

bool LegacyRoute::open() {
  if (stream_) return true;
  if (!accepts_.stream) return false;
  stream_ = store_->open();
  stream_->attach(std::move(responder_));
  // Clients of other revisions would take the empty data of this event for a message.
  if (retry_) stream_->prime(*retry_);
  return true;
}

void LegacyRoute::message(Outgoing message) {
  if (open()) stream_->send(std::move(message));
}

void LegacyRoute::answer(Reply reply) {
  if (reply.status == 200 && !accepts_.json) open();
  if (!stream_) {
    responder_->finish(reply.status, std::move(reply.frame), std::move(reply.headers));
    return;
  }
  stream_->send({.frame = std::move(reply.frame)});
  stream_->finish();
}

void LegacyRoute::abandon() {
  // A stream without an answer: the client has said that it wants none.
  if (!stream_ && accepts_.stream) {
    responder_->stream();
    responder_->end();
  } else if (!stream_) {
    responder_->finish(204, {});
  } else {
    stream_->finish();
  }
}

void LegacyRoute::linger() {
  open();
}

void LegacyRoute::leave() {
  if (retry_ && open()) stream_->disconnect();
}

}  // namespace tier0::mcp
