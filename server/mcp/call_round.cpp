#include "server/mcp/call_round.h"

#include <utility>

namespace tier0::mcp {

CallRound::CallRound(std::shared_ptr<RunningCall> call, RunningCall::Input input)
    : call_(std::move(call)),
      input_(std::move(input)),
      cancel_{.stop = call_->stop_token(),
              .deadline = call_->shared().clock.now() + call_->shared().options.call_deadline} {}

CallRound::~CallRound() {
  if (!has_replied_)
    call_->settle(input_.state.round,
                  ProtocolError{.fault = Fault::Internal, .message = "internal error"});
}

void CallRound::log(LogLevel level, std::string_view logger, const Json& data) {
  if (!has_replied_) call_->log(level, logger, data);
}

void CallRound::reply(Outcome outcome) {
  if (has_replied_.exchange(true)) return;
  call_->settle(input_.state.round, std::move(outcome));
}

void CallRound::report(double done, double total, const std::string& message) {
  if (!has_replied_) call_->report({.done = done, .total = total, .message = message});
}

}  // namespace tier0::mcp
