#include "server/cli/http_door.h"

#include <charconv>

namespace tier0::cli {
namespace {

/// HOST:PORT, with an IPv6 host in brackets.
Result<std::pair<std::string, int>> parse_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  int port = -1;
  if (colon != std::string::npos) {
    const char* end = text.data() + text.size();
    const auto [last, problem] = std::from_chars(text.data() + colon + 1, end, port);
    if (problem != std::errc() || last != end) port = -1;
  }
  if (colon == 0 || port < 0 || port > 65535)
    return Error{.code = Code::Validation,
                 .message = "--http wants HOST:PORT, not '" + text + "'",
                 .hint = "For example 127.0.0.1:8700; port 0 picks a free one."};
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::pair(std::move(host), port);
}

Result<Principal> who_has(const Engine& engine, const Secret& bearer) {
  const auto policy = engine.policy();
  const std::string agent = engine.tokens().agent_of(bearer);
  if (agent.empty()) return policy->directory().by_token(bearer);
  T0_TRY(Principal who, policy->directory().launched_as(agent));
  who.proof = Principal::Proof::Token;
  return who;
}

}  // namespace

Result<std::unique_ptr<transport::HttpServer>> open_http_door(
    Engine& engine, const std::string& address, std::shared_ptr<const Exposure> exposure) {
  const config::HttpConfig& config = engine.config().http;
  T0_TRY(const auto where, parse_address(address.empty() ? config.listen : address));
  transport::HttpOptions options{.host = where.first,
                                 .port = where.second,
                                 .hosts = config.hosts,
                                 .origins = config.origins,
                                 .sse = config.sse};
  options.authenticate = [&engine, exposure](const Secret& bearer) -> Result<mcp::Caller> {
    T0_TRY(Principal who, who_has(engine, bearer));
    return make_caller(std::move(who), "http", exposure);
  };
  return transport::HttpServer::start(engine.endpoint(), std::move(options));
}

}  // namespace tier0::cli
