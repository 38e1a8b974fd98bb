#include "server/hosting/gateway.h"

#include <algorithm>
#include <charconv>
#include <random>
#include <utility>

#include "server/base/log.h"
#include "server/base/text.h"
#include "server/hosting/answer_error.h"
#include "server/net/retry_after.h"

namespace tier0::hosting {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kTries = 4;
/// A longer wait than this is the caller's decision.
constexpr seconds kPatience(30);
/// What "too many requests" without a time means.
constexpr seconds kUnnamedPause(5);

/// An empty or dotted segment would reach another operation than the one that was meant.
Result<Unit> check_path(std::string_view path) {
  const Error malformed{.code = Code::Validation,
                        .message = "an id or name is empty or malformed",
                        .hint = "Use ids and names as the lists show them."};
  if (!path.starts_with("/api/")) return malformed;
  const std::vector<std::string> segments = split(path.substr(1, path.find('?') - 1), '/');
  for (const std::string& segment : segments)
    if (segment.empty() || segment == "." || segment == "..") return malformed;
  return Unit{};
}

/// Full jitter on the upper half, so that callers who failed together do not return together.
milliseconds backoff(milliseconds first, int attempt) {
  const milliseconds whole = first * (1 << (attempt - 1));
  std::random_device random;
  std::uniform_int_distribution<milliseconds::rep> spread(whole.count() / 2, whole.count());
  return milliseconds(spread(random));
}

void remove_secrets(std::string& text, const std::vector<Secret>& secrets) {
  constexpr std::string_view kRemoved = "(removed)";
  for (const Secret& secret : secrets) {
    if (secret.empty()) continue;
    for (std::size_t at = text.find(secret.reveal()); at != std::string::npos;
         at = text.find(secret.reveal(), at + kRemoved.size()))
      text.replace(at, secret.reveal().size(), kRemoved);
  }
}

void remove_secrets(Error& error, const std::vector<Secret>& secrets) {
  remove_secrets(error.message, secrets);
  for (Detail& detail : error.details) remove_secrets(detail.problem, secrets);
}

/// Whether a read that ended so is worth another try. The deadline is looked at elsewhere.
bool is_worth_another_try(const HttpReply& reply, const Error& error) {
  if (!reply.response) return error.code == Code::Upstream || error.code == Code::Timeout;
  const int status = reply.response->status;
  return is_transient(status) || (status >= 200 && status < 300);  // 2xx: a garbled body
}

Error unanswered(const Request& request, std::string_view why) {
  return {.code = Code::TimeoutUnknown,
          .message = "the provider may have carried this out: " + std::string(why),
          .hint = request.check.empty()
                      ? "Read the current state before anything else; do not repeat the call."
                      : request.check,
          .maybe_done = true};
}

}  // namespace

Gateway::Gateway(HostingerOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      http_({.user_agent = options_.user_agent, .ca_file = options_.ca_file}, clock),
      limiter_(clock, options_.requests_per_minute),
      flights_(clock) {}

Result<Secret> Gateway::token(const Cancel& cancel) {
  {
    const MutexLock lock(mutex_);
    if (token_) return *token_;
  }
  T0_TRY(Secret fresh, options_.token(cancel));
  const MutexLock lock(mutex_);
  token_ = fresh;
  return fresh;
}

void Gateway::forget_token() {
  const MutexLock lock(mutex_);
  token_.reset();
}

Gateway::Exchange Gateway::exchange(const Request& request, Delivery delivery,
                                    const Cancel& cancel) {
  if (auto turn = limiter_.acquire(request.lane, cancel); !turn)
    return {.reply = {.response = std::move(turn).error()}};
  const auto base = options_.url(cancel);
  if (!base) return {.reply = {.response = base.error()}};
  auto bearer = token(cancel);
  if (!bearer) return {.reply = {.response = std::move(bearer).error()}};
  HttpRequest http{.method = request.method,
                   .url = base->text() + request.path,
                   .headers = {{.name = "Accept", .value = "application/json"}},
                   .delivery = delivery,
                   .timeout = request.timeout.value_or(options_.timeout)};
  http.secret_headers.push_back({.name = "Authorization", .prefix = "Bearer ", .value = *bearer});
  if (request.method != "GET" || request.body)
    http.headers.push_back({.name = "Content-Type", .value = "application/json"});
  if (request.body) http.body = dump_json(*request.body);
  HttpReply reply = http_.send(http, cancel);
  if (reply.response) note(request, *reply.response);
  return {.reply = std::move(reply), .bearer = *std::move(bearer)};
}

void Gateway::note(const Request& request, const HttpResponse& response) {
  log::debug("provider answered", {{"method", request.method},
                                   {"path", request.path},
                                   {"status", std::to_string(response.status)}});
  if (response.status == 401) forget_token();
  if (response.status == 429) {
    const std::string* wait = response.header("retry-after");
    const auto named = wait == nullptr ? std::nullopt : parse_retry_after(*wait, clock_.wall());
    limiter_.pause(request.lane, named.value_or(kUnnamedPause));
  }
  if (const std::string* limit = response.header("x-ratelimit-limit")) {
    int count = 0;
    std::from_chars(limit->data(), limit->data() + limit->size(), count);
    limiter_.learn(request.lane, count);
  }
}

Result<Reply> Gateway::interpret(const Request& request, const Exchange& exchange) const {
  if (!exchange.reply.response) return exchange.reply.response.error();
  const HttpResponse& response = *exchange.reply.response;
  if (response.status < 200 || response.status >= 300) {
    Error error = error_of(response, clock_.wall());
    remove_secrets(error, request.secrets);
    remove_secrets(error, {exchange.bearer});
    if (error.code == Code::RateLimited && !error.retry_after) error.retry_after = kUnnamedPause;
    return error;
  }
  if (response.body.empty()) return Reply{.status = response.status};
  auto body = parse_json(response.body);
  if (!body)
    return Error{.code = Code::Upstream,
                 .message = "the provider's answer is not JSON: " + body.error().message,
                 .hint = "Check the account's URL, or try again in a minute."};
  return Reply{.status = response.status, .body = *std::move(body)};
}

ReplyOutcome Gateway::read(const Request& request, const Cancel& cancel) {
  T0_CHECK(check_path(request.path));
  std::string key = std::to_string(writes_) + ' ' + request.method + ' ' + request.path;
  if (request.body) key += ' ' + dump_json(*request.body);
  return flights_.run(key, cancel, [&] { return read_alone(request, cancel); });
}

ReplyOutcome Gateway::read_alone(const Request& request, const Cancel& cancel) {
  for (int attempt = 1;; ++attempt) {
    const Exchange tried = exchange(request, Delivery::Repeatable, cancel);
    Result<Reply> answer = interpret(request, tried);
    if (answer) return std::make_shared<const Reply>(*std::move(answer));
    Error& error = answer.error();
    if (attempt == kTries || !is_worth_another_try(tried.reply, error)) return std::move(error);

    const milliseconds pause = std::max<milliseconds>(backoff(options_.first_backoff, attempt),
                                                      error.retry_after.value_or(seconds(0)));
    if (pause > kPatience || clock_.now() + pause >= cancel.deadline) return std::move(error);
    log::debug("provider asked again",
               {{"path", request.path}, {"kind", std::string(to_string(error.code))}});
    if (!clock_.wait_until(clock_.now() + pause, cancel.stop))
      return Error{.code = Code::Cancelled, .message = "the call was cancelled"};
  }
}

Result<Reply> Gateway::write(const Request& request, const Cancel& cancel) {
  T0_CHECK(check_path(request.path));
  // Counted before and after: a read that began on the other side of either is no answer to a
  // reader on this one.
  ++writes_;
  const Exchange tried = exchange(request, Delivery::Once, cancel);
  ++writes_;
  return interpret_write(request, tried);
}

Result<Reply> Gateway::interpret_write(const Request& request, const Exchange& exchange) const {
  Result<Reply> answer = interpret(request, exchange);
  const HttpReply& reply = exchange.reply;
  if (answer || reply.sent == Sent::No) return answer;
  Error& error = answer.error();
  if (!reply.response) return unanswered(request, error.message);
  const int status = reply.response->status;
  if (status >= 200 && status < 300) return unanswered(request, error.message);
  if (is_unanswered(status)) return unanswered(request, error.message);
  if (may_be_done(status)) {
    error.maybe_done = true;
    if (!request.check.empty()) error.hint = request.check;
  }
  return answer;
}

}  // namespace tier0::hosting
