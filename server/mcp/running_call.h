#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>

#include "server/mcp/envelope.h"
#include "server/mcp/inquiry.h"
#include "server/mcp/progress_throttle.h"
#include "server/mcp/shared.h"

namespace tier0::mcp {

class CallRound;

/// One request that a handler answers, from its start to its answer, over as many rounds of
/// questions as it takes. Who first ends it, decides: the answer, the client's cancellation or the
/// server's end; the others stay silent. Thread-safe.
class RunningCall final : public Ongoing, public std::enable_shared_from_this<RunningCall> {
 public:
  /// Runs on the executor, once a round.
  using Handler = std::function<void(const Json& params, std::shared_ptr<Call> call)>;
  /// What a round begins with.
  struct Input {
    std::map<std::string, Json> answers = {};
    std::set<std::string> unanswered = {};
    std::map<std::string, Json> unasked = {};
    OpenState state = {};
  };

  RunningCall(Shared& shared, Inbound request, RequestMeta meta, Handler handler);

  /// The first round. A modern client may come with answers and state of an earlier request; a
  /// single-use state is used up when a handler is about to see it, not by a busy server's refusal.
  void start(Input input) { run_round(std::move(input)); }
  void settle(int round, Outcome outcome);
  /// Whether NeedsInput of this kind, as the outcome of this round, would reach the client.
  bool can_ask(InputRequest::Kind kind, int round) const;

  void cancel() override;
  void shut_down() override;

  const Inbound& request() const { return request_; }
  std::stop_token stop_token() const { return stop_.get_token(); }
  Shared& shared() const { return shared_; }
  void report(ProgressReport report);
  void log(LogLevel level, std::string_view logger, const Json& data);
  void leave_connection();

 private:
  enum class State { Running, Done, Cancelled };

  bool end(State state);
  void finish(Reply reply);
  void fail(const ProtocolError& error);
  void fail_tool(const std::string& text);
  void refuse_overload();
  void ask_modern(const NeedsInput& needs, int round);
  void ask_legacy(NeedsInput needs, int round) EXCLUDES(mutex_);
  bool can_reach(int round) const;
  void handle(const std::shared_ptr<CallRound>& round);
  void run_round(Input input);
  void stop_asking() EXCLUDES(mutex_);
  Outgoing progress_message(const ProgressReport& report) const;

  Shared& shared_;
  const Inbound request_;
  const RequestMeta meta_;
  const Handler handler_;
  std::stop_source stop_;
  std::atomic<State> state_ = State::Running;
  ProgressThrottle throttle_;  // used in the channel's turn only
  Mutex mutex_;
  std::shared_ptr<Inquiry> inquiry_ GUARDED_BY(mutex_);
};

/// What binds a sealed state to this request.
StateBinding binding_of(const Inbound& request);

}  // namespace tier0::mcp
