#pragma once

#include <atomic>
#include <memory>

#include "server/mcp/running_call.h"

namespace tier0::mcp {

/// What a handler sees of a running call in one round. A handler that forgets to reply lets the
/// client know by dropping it.
class CallRound final : public Call, private Progress {
 public:
  CallRound(std::shared_ptr<RunningCall> call, RunningCall::Input input);
  ~CallRound() override;
  CallRound(const CallRound&) = delete;
  CallRound& operator=(const CallRound&) = delete;

  const Caller& caller() const override { return call_->request().caller; }
  Revision revision() const override { return call_->request().revision; }
  const ClientCapabilities& client() const override { return call_->request().client; }
  const Cancel& cancel() const override { return cancel_; }
  bool can_ask(InputRequest::Kind kind) const override {
    return call_->can_ask(kind, input_.state.round);
  }
  Progress& progress() override { return *this; }
  void log(LogLevel level, std::string_view logger, const Json& data) override;
  const std::map<std::string, Json>& responses() const override { return input_.answers; }
  const std::set<std::string>& unanswered() const override { return input_.unanswered; }
  const std::map<std::string, Json>& unasked_responses() const override { return input_.unasked; }
  const Json& state() const override { return input_.state.data; }
  int round() const override { return input_.state.round; }
  const OpenState& open_state() const { return input_.state; }
  void drop_connection() override { call_->leave_connection(); }
  void reply(Outcome outcome) override;

 private:
  void report(double done, double total, const std::string& message) override;

  const std::shared_ptr<RunningCall> call_;
  const RunningCall::Input input_;
  const Cancel cancel_;
  std::atomic<bool> has_replied_ = false;
};

}  // namespace tier0::mcp
