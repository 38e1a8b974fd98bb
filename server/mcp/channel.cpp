#include "server/mcp/channel.h"

#include <future>
#include <utility>

#include "server/jsonrpc/frame.h"

namespace tier0::mcp {
namespace {

constexpr std::chrono::seconds kEndBound{1};

Reply write_error(const std::optional<Json>& id, const ProtocolError& error, Revision revision) {
  Reply reply{.frame = jsonrpc::error_frame(id, {.code = error_code(error.fault, revision),
                                                 .message = error.message,
                                                 .data = error.data}),
              .status = http_status(error.fault, revision)};
  if (error.fault == Fault::Overloaded)
    reply.headers.push_back({.name = "Retry-After", .value = "1"});
  return reply;
}

}  // namespace

void Channel::run(std::function<void(Route&)> use) {
  strand_.post([self = shared_from_this(), use = std::move(use)] {
    if (!self->ended_) use(*self->route_);
  });
}

void Channel::message(Outgoing message) {
  run([message = std::move(message)](Route& route) { route.message(message); });
}

void Channel::answer(Reply reply) {
  strand_.post([self = shared_from_this(), reply = std::move(reply)]() mutable {
    if (std::exchange(self->ended_, true)) return;
    self->route_->answer(std::move(reply));
  });
}

void Channel::answer_now(Reply reply) {
  answer(std::move(reply));
  const auto gone = std::make_shared<std::promise<void>>();
  strand_.post([gone] { gone->set_value(); });
  // What is before it only hands messages on. A bound all the same: nobody may hold up the end.
  gone->get_future().wait_for(kEndBound);
}

void Channel::abandon() {
  strand_.post([self = shared_from_this()] {
    if (std::exchange(self->ended_, true)) return;
    self->route_->abandon();
  });
}

Reply result_reply(const Json& id, std::string_view result) {
  return {.frame = jsonrpc::result_frame(id, result)};
}

Reply error_reply(const Json& id, const ProtocolError& error, Revision revision) {
  return write_error(id, error, revision);
}

Reply unreadable_reply(const ProtocolError& error, Revision revision) {
  if (facts(revision).null_error_id) return write_error(Json(nullptr), error, revision);
  return write_error(std::nullopt, error, revision);
}

}  // namespace tier0::mcp
