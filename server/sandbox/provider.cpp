#include "server/sandbox/provider.h"

#include <algorithm>
#include <array>

#include "server/crypto/crypto.h"
#include "server/sandbox/fault_answers.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/routes.h"

namespace tier0::sandbox {
namespace {

std::string header(const Request& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

Response edge_text(int status, std::string_view text) {
  return {.status = status, .body = std::string(text), .content_type = "text/plain"};
}

/// What the content network in front of the provider turns away, before any service sees it.
std::optional<Response> edge_refusal(const World& world, const Request& request) {
  const std::string host = header(request, "host");
  if (world.quirks.on("gateway-530-for-wrong-host") && host.starts_with("api.hostinger.com"))
    return edge_text(530, "error code: 1016");
  if (!world.quirks.on("edge-blocks-library-agents")) return std::nullopt;
  const std::string agent = header(request, "user-agent");
  const bool library = agent.empty() || agent == "libcurl" || agent.starts_with("Python-urllib") ||
                       agent.starts_with("Go-http-client");
  if (!library) return std::nullopt;
  return edge_text(403, "error code: 1010");
}

const Token* find_token(const World& world, const Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string authorization = header(request, "authorization");
  if (!authorization.starts_with(kScheme)) return nullptr;
  const std::string value = authorization.substr(kScheme.size());
  const auto found = std::ranges::find_if(world.tokens, [&value](const Token& token) {
    return crypto::constant_time_equal(token.value, value);
  });
  return found == world.tokens.end() || found->expired ? nullptr : &*found;
}

void add_limit_headers(const World& world, const RateLimits::Verdict& verdict, Millis now,
                       Response& response) {
  if (verdict.limit == 0 || !world.quirks.on("rate-limit-headers")) return;
  response.headers.emplace_back("X-RateLimit-Limit", std::to_string(verdict.limit));
  response.headers.emplace_back("X-RateLimit-Remaining", std::to_string(verdict.remaining));
  if (verdict.allowed) return;
  response.headers.emplace_back("Retry-After",
                                world.quirks.on("retry-after-date")
                                    ? http_date(now + Millis{1000} * verdict.retry_after)
                                    : std::to_string(verdict.retry_after));
}

RateLimits::Verdict count_call(const World& world, RateLimits& limits, const Token& token,
                               const Request& request, Millis now) {
  const auto general = limits.take(token.id, world.quirks.number("rate-limit-per-minute"), now);
  if (!general.allowed || !request.path.starts_with("/api/domains/v1/availability")) return general;
  return limits.take(token.id + " " + request.path, world.quirks.number("availability-per-minute"),
                     now);
}

Json body_of(const Request& request) {
  auto body = parse_json(request.body);
  // What is no JSON object reaches the services as an empty one: every required field is missing.
  return body && body->is_object() ? *std::move(body) : Json::object();
}

/// Lets the route's handler act, under the outcomes that injected faults ask for.
Response handle(World& world, const Match& match, const Request& request, Account& account,
                Millis now, Answer& answer) {
  Call call{.world = world, .account = account, .request = request, .now = now};
  call.path = match.path;
  call.body = body_of(request);
  call.outcomes = struck_outcomes(world, request, match.route->operation);
  Response response = match.route->handler(call);
  const bool done = response.status < 400 || call.took_effect;
  if (request.method != "GET") answer.effect = done ? "applied" : "refused";
  return response;
}

void serve(World& world, const Request& request, const Token& token, Millis now, Answer& answer) {
  const Match match = find_route(request.method, request.path);
  if (match.route != nullptr) answer.operation = match.route->operation;
  Fault* fault = struck_answer(world, request, answer.operation);
  if (fault != nullptr) answer.fault = fault->kind;
  if (fault != nullptr && !fault->after) {
    answer.response = faulty(world, *fault, {});
    return;
  }
  Account* account = find_account(world, token.account);
  if (match.route == nullptr || account == nullptr) {
    answer.response = request.path.starts_with("/api/vps/") ? no_route(world) : not_found(world);
  } else if (request.path.starts_with("/api/vps/") &&
             random_fraction(world.random) < world.quirks.number("vps-9999")) {
    answer.response = unlucky(world);
  } else {
    answer.response = handle(world, match, request, *account, now, answer);
  }
  if (fault != nullptr) answer.response = faulty(world, *fault, std::move(answer.response));
}

void add_latency(World& world, Response& response) {
  const Quirks& quirks = world.quirks;
  const double jitter = quirks.number("latency-jitter-ms") * random_fraction(world.random);
  const double wait = quirks.number("latency-ms") + jitter + quirks.number("slow-minutes") * 60'000;
  response.delay += std::chrono::milliseconds(static_cast<Millis>(wait));
}

}  // namespace

Answer answer(World& world, RateLimits& limits, const Request& request, Millis now) {
  if (auto refused = edge_refusal(world, request)) return {.response = *std::move(refused)};
  const Token* token = find_token(world, request);
  if (token == nullptr) return {.response = refusal(world, 401, "Unauthenticated")};
  if (limits.blocked(token->id, now))
    return {.response = edge_text(403, "error code: 1015"), .token = token->id};
  Answer answer{.response = {}, .token = token->id};
  const RateLimits::Verdict verdict = count_call(world, limits, *token, request, now);
  if (verdict.allowed) {
    limits.allowed(token->id);
    serve(world, request, *token, now, answer);
  } else {
    if (world.quirks.on("rate-limit-blocks")) limits.refused(token->id, now);
    answer.response = refusal(world, 429, "Too Many Attempts.");
  }
  add_limit_headers(world, verdict, now, answer.response);
  add_latency(world, answer.response);
  return answer;
}

}  // namespace tier0::sandbox
