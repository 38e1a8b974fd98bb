#include "server/transport/http_routes.h"

#include <catch2/catch.hpp>

using namespace tier0;
using namespace tier0::transport;

namespace {

Result<mcp::Caller> know(const Secret& bearer) {
  if (bearer.reveal() == "good") return mcp::Caller{.name = "agent:a"};
  if (bearer.reveal() == "busy")
    return Error{.code = Code::RateLimited, .message = "", .retry_after = std::chrono::seconds{7}};
  return Error{.code = Code::Auth, .message = "unknown token"};
}

HttpOptions with_tokens() {
  HttpOptions options;
  options.origins = {"https://console.internal"};
  options.authenticate = know;
  options.limits.body = 1000;
  options.limits.streams = 2;
  return options;
}

/// A POST as clients send it; `more` fields replace those of the same name.
struct Ask {
  std::string method = "POST";
  std::string path = "/mcp";
  std::vector<mcp::HeaderView> more = {};
  std::size_t streams = 0;
};

std::variant<HttpAnswer, Admitted> admit(const HttpOptions& options, const Ask& ask) {
  static const HttpCounters counters;
  RequestHead head{.method = ask.method, .path = ask.path};
  if (ask.method == "POST") head.content_length = 2;
  std::vector<mcp::HeaderView> fields{{"Host", "localhost:8700"},
                                      {"Authorization", "Bearer good"},
                                      {"Content-Type", "application/json"},
                                      {"Accept", "application/json, text/event-stream"}};
  for (const mcp::HeaderView& field : fields)
    if (std::none_of(ask.more.begin(), ask.more.end(),
                     [&field](const mcp::HeaderView& m) { return m.name == field.name; }))
      head.fields.push_back(field);
  for (const mcp::HeaderView& field : ask.more)
    if (field.value != "(absent)") head.fields.push_back(field);
  if (const auto length = head.find("X-Length"))
    head.content_length = std::stoul(std::string(*length));
  return Routes::build(options)->admit(head, {.streams = ask.streams, .counters = &counters});
}

HttpAnswer refused(const Ask& ask, const HttpOptions& options = with_tokens()) {
  const auto decision = admit(options, ask);
  const auto* answer = std::get_if<HttpAnswer>(&decision);
  return answer == nullptr ? HttpAnswer{.status = 0} : *answer;
}

std::string header(const HttpAnswer& answer, const std::string& name) {
  std::string out;
  for (const auto& line : answer.headers)
    if (line.name == name) out += line.value;
  return out;
}

}  // namespace

TEST_CASE("a request with a known token is admitted as its caller", "[transport][routes]") {
  const auto decision = admit(with_tokens(), {});

  REQUIRE(std::holds_alternative<Admitted>(decision));
  CHECK(std::get<Admitted>(decision).caller.name == "agent:a");
  CHECK(std::get<Admitted>(decision).route == Route::Mcp);
}

TEST_CASE("a request is refused by the first rule that it breaks", "[transport][routes]") {
  const auto [what, ask, status] = GENERATE(table<std::string, Ask, int>({
      {"foreign host", {.more = {{"Host", "evil.com"}}}, 403},
      {"foreign origin", {.more = {{"Origin", "http://evil.com"}}}, 403},
      {"null origin", {.more = {{"Origin", "null"}}}, 403},
      {"foreign origin, preflight",
       {.method = "OPTIONS",
        .more = {{"Origin", "http://evil.com"}, {"Access-Control-Request-Method", "POST"}}},
       403},
      {"unknown path", {.path = "/admin"}, 404},
      {"encoded path", {.path = "/%6dcp"}, 404},
      {"well-known path", {.path = "/.well-known/oauth-protected-resource/mcp"}, 404},
      {"no token", {.more = {{"Authorization", "(absent)"}}}, 401},
      {"wrong token", {.more = {{"Authorization", "Bearer bad"}}}, 401},
      {"other scheme", {.more = {{"Authorization", "Basic good"}}}, 401},
      {"empty token", {.more = {{"Authorization", "Bearer"}}}, 401},
      {"two words", {.more = {{"Authorization", "Bearer good good"}}}, 401},
      {"HEAD", {.method = "HEAD"}, 405},
      {"PUT", {.method = "PUT"}, 405},
      {"TRACE", {.method = "TRACE"}, 405},
      {"unknown verb", {.method = "FROB"}, 405},
      {"GET on messages", {.method = "GET", .path = "/messages"}, 405},
      {"POST on sse", {.path = "/sse"}, 405},
      {"no media type", {.more = {{"Content-Type", "(absent)"}}}, 415},
      {"form", {.more = {{"Content-Type", "application/x-www-form-urlencoded"}}}, 415},
      {"charset", {.more = {{"Content-Type", "application/json; charset=utf-16"}}}, 415},
      {"neither type taken", {.more = {{"Accept", "text/html"}}}, 406},
      {"sse without its type",
       {.method = "GET", .path = "/sse", .more = {{"Accept", "text/html"}}},
       406},
      {"large body", {.more = {{"X-Length", "1001"}}}, 413},
      {"stream beyond the limit", {.method = "GET", .streams = 2}, 503},
  }));
  INFO(what);
  CHECK(refused(ask).status == status);
}

TEST_CASE("a request without a token is told how to prove itself", "[transport][routes]") {
  const HttpAnswer answer = refused({.more = {{"Authorization", "(absent)"}}});

  CHECK(header(answer, "WWW-Authenticate") == "Bearer realm=\"tier0\"");
}

TEST_CASE("a caller that tries tokens too often is told when to come back", "[transport][routes]") {
  const HttpAnswer answer = refused({.more = {{"Authorization", "bearer  busy"}}});

  CHECK(answer.status == 429);
  CHECK(header(answer, "Retry-After") == "7");
}

TEST_CASE("a verb that is not served is answered with those that are", "[transport][routes]") {
  CHECK(header(refused({.method = "HEAD"}), "Allow") == "GET, POST, DELETE, OPTIONS");
  CHECK(header(refused({.method = "HEAD", .path = "/sse"}), "Allow") == "GET, OPTIONS");
}

TEST_CASE("a preflight of an allowed origin is answered without a token", "[transport][routes]") {
  const HttpAnswer answer =
      refused({.method = "OPTIONS",
               .more = {{"Authorization", "(absent)"},
                        {"Origin", "https://console.internal"},
                        {"Access-Control-Request-Method", "POST"},
                        {"Access-Control-Request-Headers",
                         "authorization, mcp-param-region, x-other, mcp-param-a b"}}});

  CHECK(answer.status == 204);
  CHECK(header(answer, "Access-Control-Allow-Origin") == "https://console.internal");
  CHECK(header(answer, "Vary") == "Origin");
  CHECK(header(answer, "Access-Control-Allow-Methods") == "POST, GET, DELETE");
  CHECK(header(answer, "Access-Control-Allow-Headers") ==
        "Content-Type, Accept, Authorization, MCP-Protocol-Version, Mcp-Method, Mcp-Name, "
        "Mcp-Session-Id, Last-Event-ID, mcp-param-region");
}

TEST_CASE("answers carry CORS headers for an allowed origin only", "[transport][routes]") {
  const HttpAnswer with =
      refused({.path = "/none", .more = {{"Origin", "https://console.internal"}}});
  const HttpAnswer foreign = refused({.path = "/none", .more = {{"Origin", "http://evil.com"}}});
  const HttpAnswer without = refused({.path = "/none"});

  CHECK(header(with, "Access-Control-Allow-Origin") == "https://console.internal");
  CHECK(header(with, "Access-Control-Expose-Headers") == "Mcp-Session-Id, WWW-Authenticate");
  CHECK(foreign.headers.empty());
  CHECK(without.headers.empty());
}

TEST_CASE("health and metrics need no token on loopback", "[transport][routes]") {
  const std::string path = GENERATE("/healthz", "/readyz", "/metrics");
  INFO(path);
  CHECK(refused({.method = "GET", .path = path, .more = {{"Authorization", "(absent)"}}}).status ==
        200);
}

TEST_CASE("metrics need a token beyond loopback", "[transport][routes]") {
  HttpOptions options = with_tokens();
  options.host = "10.0.0.5";
  options.hosts = {"tier0.internal"};
  const std::vector<mcp::HeaderView> host{{"Host", "tier0.internal"}};
  const std::vector<mcp::HeaderView> nobody{{"Host", "tier0.internal"},
                                            {"Authorization", "(absent)"}};

  CHECK(refused({.method = "GET", .path = "/metrics", .more = host}, options).status == 200);
  CHECK(refused({.method = "GET", .path = "/metrics", .more = nobody}, options).status == 401);
  CHECK(refused({.method = "GET", .path = "/healthz", .more = nobody}, options).status == 200);
}

TEST_CASE("a server that is not ready says so", "[transport][routes]") {
  HttpOptions options = with_tokens();
  options.is_ready = [] { return false; };

  CHECK(refused({.method = "GET", .path = "/readyz"}, options).status == 503);
  CHECK(refused({.method = "GET", .path = "/healthz"}, options).status == 200);
}

TEST_CASE("HTTP+SSE can be switched off", "[transport][routes]") {
  HttpOptions options = with_tokens();
  options.sse = false;

  CHECK(refused({.method = "GET", .path = "/sse"}, options).status == 404);
  CHECK(refused({.path = "/messages"}, options).status == 404);
}

TEST_CASE("calls without a token are possible by explicit option only", "[transport][routes]") {
  HttpOptions options = with_tokens();
  options.anonymous = mcp::Caller{.name = "agent:local"};
  const auto decision = admit(options, {.more = {{"Authorization", "(absent)"}}});

  REQUIRE(std::holds_alternative<Admitted>(decision));
  CHECK(std::get<Admitted>(decision).caller.name == "agent:local");
  CHECK(refused({.more = {{"Authorization", "Bearer bad"}}}, options).status == 401);
}

TEST_CASE("a server that nobody or anybody could call does not start", "[transport][routes]") {
  HttpOptions nobody;
  HttpOptions open_bind = with_tokens();
  open_bind.host = "0.0.0.0";
  HttpOptions no_tokens;
  no_tokens.host = "0.0.0.0";
  no_tokens.hosts = {"tier0.internal"};
  HttpOptions anybody = with_tokens();
  anybody.host = "0.0.0.0";
  anybody.hosts = {"tier0.internal"};
  anybody.anonymous = mcp::Caller{.name = "agent:local"};

  CHECK(!Routes::build(nobody));
  CHECK(!Routes::build(open_bind));
  CHECK(!Routes::build(no_tokens));
  CHECK(!Routes::build(anybody));
}
