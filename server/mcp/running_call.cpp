#include "server/mcp/running_call.h"

#include <cmath>
#include <exception>
#include <utility>

#include "server/base/log.h"
#include "server/jsonrpc/frame.h"
#include "server/mcp/call_round.h"
#include "server/mcp/questions.h"

namespace tier0::mcp {
namespace {

// How soon a legacy call that asks nothing, but wants to be called again, is.
constexpr std::chrono::milliseconds kSoon{500};

/// Whole numbers without a fraction, as they were most likely meant.
Json number(double value) {
  if (std::trunc(value) == value && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

const Json& arguments_of(const Json& params) {
  static const Json kNone = Json::object();
  const Json* arguments = find_member(params, "arguments");
  return arguments == nullptr ? kNone : *arguments;
}

}  // namespace

StateBinding binding_of(const Inbound& request) {
  return {.principal = request.caller.name,
          .method = std::string(request.method->name),
          .name = string_member(request.params, request.method->name_source),
          .arguments = digest_arguments(arguments_of(request.params))};
}

RunningCall::RunningCall(Shared& shared, Inbound request, RequestMeta meta, Handler handler)
    : shared_(shared),
      request_(std::move(request)),
      meta_(std::move(meta)),
      handler_(std::move(handler)),
      throttle_(shared.options.progress_interval) {}

void RunningCall::run_round(Input input) {
  const auto round = std::make_shared<CallRound>(shared_from_this(), std::move(input));
  const auto job = [self = shared_from_this(), round] {
    if (self->state_ == State::Running) self->handle(round);
  };
  if (!shared_.executor.submit(job)) refuse_overload();
}

void RunningCall::handle(const std::shared_ptr<CallRound>& round) {
  try {
    if (!shared_.states.use_up(round->open_state())) return fail(invalid_state());
    handler_(request_.params, round);
  } catch (const std::exception&) {
    log::error("a handler threw", {{"method", std::string(request_.method->name)}});
    round->reply(ProtocolError{.fault = Fault::Internal, .message = "internal error"});
  }
}

bool RunningCall::can_reach(int round) const {
  if (!request_.method->may_ask) return false;
  if (facts(request_.revision).modern) return true;
  return request_.channel->streams() && request_.session->is_ready() &&
         round + 1 < shared_.options.rounds;
}

bool RunningCall::can_ask(InputRequest::Kind kind, int round) const {
  return can_reach(round) && declares(request_.client, kind);
}

bool RunningCall::end(State state) {
  auto running = State::Running;
  if (!state_.compare_exchange_strong(running, state)) return false;
  request_.table->remove(request_.key, this);
  return true;
}

void RunningCall::finish(Reply reply) {
  if (!end(State::Done)) return;
  request_.channel->run([self = shared_from_this()](Route& route) {
    if (const auto held = self->throttle_.flush()) route.message(self->progress_message(*held));
  });
  request_.channel->answer(std::move(reply));
}

void RunningCall::fail(const ProtocolError& error) {
  finish(error_reply(request_.id, error, request_.revision));
}

void RunningCall::fail_tool(const std::string& text) {
  if (request_.method->method != Method::CallTool)
    return fail({.fault = Fault::Internal, .message = text});
  Json result = {{"content", Json::array({{{"type", "text"}, {"text", text}}})}, {"isError", true}};
  finish(result_reply(request_.id, shared_.writer.complete(Method::CallTool, std::move(result),
                                                           request_.revision)));
}

void RunningCall::refuse_overload() {
  const std::string text = "the server is busy; try again in a moment";
  if (request_.over_http) return fail({.fault = Fault::Overloaded, .message = text});
  fail_tool(text);
}

void RunningCall::settle(int round, Outcome outcome) {
  if (auto* answer = std::get_if<Answer>(&outcome)) {
    finish(result_reply(request_.id,
                        shared_.writer.complete(request_.method->method, std::move(answer->result),
                                                request_.revision)));
  } else if (const auto* error = std::get_if<ProtocolError>(&outcome)) {
    fail(*error);
  } else if (facts(request_.revision).modern) {
    ask_modern(std::get<NeedsInput>(outcome), round);
  } else {
    ask_legacy(std::move(std::get<NeedsInput>(outcome)), round);
  }
}

void RunningCall::ask_modern(const NeedsInput& needs, int round) {
  if (!request_.method->may_ask)
    return fail({.fault = Fault::Internal, .message = "internal error"});
  if (auto required = undeclared(needs.requests, request_.client))
    return fail(missing_capability(*std::move(required)));
  Json requests = Json::object();
  for (const auto& [key, request] : needs.requests) requests[key] = modern_question(request);
  const auto state = shared_.states.seal(binding_of(request_),
                                         {.data = needs.state, .round = round + 1}, needs.use);
  if (!state) return fail({.fault = Fault::Internal, .message = "the state is too long"});
  finish(result_reply(request_.id, shared_.writer.input_required(requests, *state)));
}

void RunningCall::ask_legacy(NeedsInput needs, int round) {
  if (round + 1 >= shared_.options.rounds) return fail_tool("the call asked too many questions");
  const auto required = undeclared(needs.requests, request_.client);
  if (required || !can_reach(round))
    return fail_tool("the call needs an answer that this client cannot be asked for" +
                     (required ? ": it declares no " + dump_json(*required) : std::string()));

  auto go_on = [self = shared_from_this(), round, state = needs.state](Inquiry::Heard heard) {
    if (!heard.is_complete) return self->fail_tool("the client did not answer what the call needs");
    self->run_round({.answers = std::move(heard.answers),
                     .unanswered = std::move(heard.unanswered),
                     .state = {.data = state, .round = round + 1}});
  };
  if (needs.requests.empty()) {
    shared_.timer.after(kSoon, [go_on] { go_on({}); });
    return;
  }
  auto inquiry = std::make_shared<Inquiry>(request_.session, request_.channel, std::move(go_on));
  {
    MutexLock lock(mutex_);
    inquiry_ = inquiry;
  }
  inquiry->ask(needs.requests);
  shared_.timer.after(shared_.options.input_timeout, [weak = std::weak_ptr(inquiry)] {
    if (const auto waiting = weak.lock()) waiting->time_out();
  });
  if (state_ != State::Running) inquiry->abort();  // it ended while the questions were put
}

void RunningCall::stop_asking() {
  std::shared_ptr<Inquiry> inquiry;
  {
    MutexLock lock(mutex_);
    inquiry = std::exchange(inquiry_, nullptr);
  }
  if (inquiry) inquiry->abort();
}

void RunningCall::cancel() {
  if (!end(State::Cancelled)) return;
  stop_.request_stop();
  stop_asking();
  request_.channel->abandon();
}

void RunningCall::shut_down() {
  if (!end(State::Done)) return;
  stop_.request_stop();
  stop_asking();
  Reply reply =
      error_reply(request_.id, {.fault = Fault::Internal, .message = "the server is shutting down"},
                  request_.revision);
  reply.status = 503;
  request_.channel->answer_now(std::move(reply));
}

void RunningCall::report(ProgressReport report) {
  if (meta_.progress_token.is_null() || state_ != State::Running) return;
  request_.channel->run([self = shared_from_this(), report = std::move(report)](Route& route) {
    if (const auto due = self->throttle_.offer(report, self->shared_.clock.now()))
      route.message(self->progress_message(*due));
  });
}

Outgoing RunningCall::progress_message(const ProgressReport& report) const {
  Json params = {{"progressToken", meta_.progress_token}, {"progress", number(report.done)}};
  if (report.total > 0) params["total"] = number(report.total);
  if (!report.message.empty() && facts(request_.revision).progress_message)
    params["message"] = report.message;
  return {.frame = jsonrpc::notification_frame("notifications/progress", dump_json(params)),
          .keep = Event::Keep::IfRoom};
}

void RunningCall::log(LogLevel level, std::string_view logger, const Json& data) {
  if (!shared_.features.logging || state_ != State::Running) return;
  const auto threshold =
      request_.session ? std::optional(request_.session->log_level()) : meta_.log_level;
  if (!threshold || level < *threshold) return;
  Json params = {{"level", std::string(to_string(level))}, {"data", data}};
  if (!logger.empty()) params["logger"] = std::string(logger);
  request_.channel->message(
      {.frame = jsonrpc::notification_frame("notifications/message", dump_json(params)),
       .keep = Event::Keep::IfRoom});
}

void RunningCall::leave_connection() {
  request_.channel->run([](Route& route) { route.leave(); });
}

}  // namespace tier0::mcp
