#include "server/transport/http_routes.h"

#include <algorithm>
#include <array>

#include "server/transport/http_cors.h"
#include "server/transport/http_media.h"

namespace tier0::transport {

struct Routes::Place {
  enum class Kind { Mcp, Sse, Messages, Health, Ready, Metrics };
  std::string_view path;
  Kind kind;
  std::string_view verbs;  // besides OPTIONS, as in Allow
};

namespace {

HttpAnswer refusal(int status, std::string reason) {
  return {.status = status, .body = std::move(reason) + "\n"};
}

HttpAnswer unavailable(std::string reason) {
  HttpAnswer answer = refusal(503, std::move(reason));
  answer.headers.push_back({"Retry-After", "1"});
  return answer;
}

HttpAnswer unauthorized(std::string reason) {
  // No resource_metadata: tokens are made here, there is no authorization server to be found.
  HttpAnswer answer = refusal(401, std::move(reason));
  answer.headers.push_back({"WWW-Authenticate", "Bearer realm=\"tier0\""});
  return answer;
}

/// An authenticator that is busy must not be read as "wrong token": clients would drop theirs.
HttpAnswer refused_token(const Error& error) {
  const bool limited = error.code == Code::RateLimited;
  if (!limited && error.code != Code::Overloaded) return unauthorized("this token is not known");
  HttpAnswer answer = refusal(limited ? 429 : 503, "try again later");
  const auto after = error.retry_after.value_or(std::chrono::seconds{1});
  answer.headers.push_back({"Retry-After", std::to_string(after.count())});
  return answer;
}

/// RFC 6750 section 2.1: the scheme, one space or more, and characters of b64token.
std::optional<Secret> bearer_of(std::string_view field) {
  constexpr std::string_view kScheme = "bearer ";
  if (!same_name(field.substr(0, kScheme.size()), kScheme)) return {};
  field.remove_prefix(std::min(field.size(), field.find_first_not_of(' ', kScheme.size() - 1)));
  constexpr std::size_t kLongest = 4096;
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
  if (field.empty() || field.size() > kLongest ||
      field.find_first_not_of(kAlphabet) != std::string_view::npos)
    return {};
  return Secret(std::string(field));
}

bool lists_verb(std::string_view verbs, std::string_view verb) {
  while (!verbs.empty()) {
    const std::size_t end = verbs.find(", ");
    if (verbs.substr(0, end) == verb) return true;
    verbs = end == std::string_view::npos ? std::string_view{} : verbs.substr(end + 2);
  }
  return false;
}

std::optional<HttpAnswer> check_body(const RequestHead& head, std::size_t max_body) {
  if (!is_json(head.find("Content-Type").value_or("")))
    return refusal(415, "the body must be application/json in UTF-8");
  if (!head.content_length && !head.chunked) return refusal(411, "say Content-Length");
  if (head.content_length.value_or(0) > max_body) return refusal(413, "the body is too large");
  return {};
}

}  // namespace

Result<Routes> Routes::build(const HttpOptions& options) {
  T0_TRY(OriginRules origins, OriginRules::build(options.host, options.hosts, options.origins));
  Routes routes(std::move(origins), options);
  if (!options.authenticate && !routes.loopback_)
    return Error{.code = Code::NotConfigured,
                 .message = "http.listen is beyond loopback, but no agent has a token",
                 .hint = "make tokens with `tier0 token new AGENT`, or listen on 127.0.0.1"};
  if (!options.authenticate && !options.anonymous)
    return Error{.code = Code::NotConfigured,
                 .message = "nobody could call: no agent has a token",
                 .hint = "make tokens with `tier0 token new AGENT`"};
  if (options.anonymous && !routes.loopback_)
    return Error{.code = Code::Validation,
                 .message = "calls without a token are possible on loopback only",
                 .hint = "listen on 127.0.0.1, or let every agent use its token"};
  return routes;
}

Routes::Routes(OriginRules origins, const HttpOptions& options)
    : origins_(std::move(origins)),
      loopback_(origins_.is_loopback()),
      sse_(options.sse),
      authenticate_(options.authenticate),
      anonymous_(options.anonymous),
      is_ready_(options.is_ready),
      metrics_(options.metrics),
      max_body_(options.limits.body),
      max_streams_(options.limits.streams) {}

const Routes::Place* Routes::find_place(std::string_view path) const {
  using Kind = Place::Kind;
  static constexpr std::array<Place, 8> kPlaces{{{"/mcp", Kind::Mcp, "GET, POST, DELETE"},
                                                 {"/mcp/", Kind::Mcp, "GET, POST, DELETE"},
                                                 {"/sse", Kind::Sse, "GET"},
                                                 {"/sse/", Kind::Sse, "GET"},
                                                 {"/messages", Kind::Messages, "POST"},
                                                 {"/healthz", Kind::Health, "GET"},
                                                 {"/readyz", Kind::Ready, "GET"},
                                                 {"/metrics", Kind::Metrics, "GET"}}};
  for (const Place& place : kPlaces) {
    const bool off = !sse_ && (place.kind == Kind::Sse || place.kind == Kind::Messages);
    if (place.path == path && !off) return &place;
  }
  return nullptr;
}

std::variant<HttpAnswer, mcp::Caller> Routes::authenticate(const RequestHead& head) const {
  const auto field = head.find("Authorization");
  if (!field) {
    if (anonymous_) return *anonymous_;
    return unauthorized("a bearer token is needed");
  }
  const auto bearer = bearer_of(*field);
  if (!bearer || !authenticate_) return unauthorized("this token is not known");
  auto caller = authenticate_(*bearer);
  if (!caller) return refused_token(caller.error());
  return std::move(*caller);
}

std::variant<HttpAnswer, Admitted> Routes::admit(const RequestHead& head, const Load& load) const {
  const std::string_view host = head.find("Host").value_or("");
  const auto origin = head.find("Origin");
  if (!origins_.allows_host(host)) return refusal(403, "this Host is not served here");
  if (origin && !origins_.allows_origin(*origin, host))
    return refusal(403, "this Origin is not allowed");

  auto decision = check_place(head, load);
  auto headers = cors_headers(head);
  auto& to = std::holds_alternative<HttpAnswer>(decision) ? std::get<HttpAnswer>(decision).headers
                                                          : std::get<Admitted>(decision).headers;
  to.insert(to.end(), headers.begin(), headers.end());
  return decision;
}

std::variant<HttpAnswer, Admitted> Routes::check_place(const RequestHead& head,
                                                       const Load& load) const {
  const Place* place = find_place(head.path);
  if (place == nullptr) return refusal(404, "not found");
  if (head.method == "OPTIONS") {
    HttpAnswer answer{.status = 204};
    if (is_preflight(head)) answer.headers = preflight_headers(head);
    answer.headers.push_back({"Allow", std::string(place->verbs) + ", OPTIONS"});
    return answer;
  }
  const bool open = place->kind == Place::Kind::Health || place->kind == Place::Kind::Ready ||
                    (place->kind == Place::Kind::Metrics && loopback_);
  mcp::Caller caller;
  if (!open) {
    auto proven = authenticate(head);
    if (auto* refused = std::get_if<HttpAnswer>(&proven)) return std::move(*refused);
    caller = std::get<mcp::Caller>(std::move(proven));
  }
  if (!lists_verb(place->verbs, head.method)) {
    HttpAnswer answer = refusal(405, "this verb is not served here");
    answer.headers.push_back({"Allow", std::string(place->verbs) + ", OPTIONS"});
    return answer;
  }
  if (auto answer = answer_itself(*place, load)) return std::move(*answer);
  if (auto refused = check_request(*place, head, load)) return std::move(*refused);
  return Admitted{.route = place->kind == Place::Kind::Mcp   ? Route::Mcp
                           : place->kind == Place::Kind::Sse ? Route::Sse
                                                             : Route::Messages,
                  .caller = std::move(caller)};
}

std::optional<HttpAnswer> Routes::answer_itself(const Place& place, const Load& load) const {
  switch (place.kind) {
    case Place::Kind::Health:
      return HttpAnswer{.body = "ok\n"};
    case Place::Kind::Ready:
      if (is_ready_ && !is_ready_()) return unavailable("not ready");
      return HttpAnswer{.body = "ready\n"};
    case Place::Kind::Metrics:
      return HttpAnswer{
          .body = format_metrics(*load.counters, load.streams) + (metrics_ ? metrics_() : ""),
          .type = "text/plain; version=0.0.4; charset=utf-8"};
    case Place::Kind::Mcp:
    case Place::Kind::Sse:
    case Place::Kind::Messages:
      return {};
  }
  return {};
}

std::optional<HttpAnswer> Routes::check_request(const Place& place, const RequestHead& head,
                                                const Load& load) const {
  if (head.method == "POST") {
    if (auto refused = check_body(head, max_body_)) return refused;
  }
  const bool sse = accepts(head, "text/event-stream");
  const bool json = accepts(head, "application/json");
  // What GET on /mcp means depends on the session, so the protocol looks at its Accept.
  if (place.kind == Place::Kind::Sse ? !sse : (head.method == "POST" && !sse && !json))
    return refusal(406, "accept application/json and text/event-stream");
  if (head.method == "GET" && load.streams >= max_streams_)
    return unavailable("too many streams are open");
  return {};
}

}  // namespace tier0::transport
