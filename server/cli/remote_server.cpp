#include "server/cli/remote_server.h"

#include <algorithm>
#include <utility>

#include "server/crypto/crypto.h"
#include "version.gen.h"

namespace tier0::cli {
namespace {

constexpr std::size_t kLargestMessage = std::size_t{64} * 1024 * 1024;
constexpr std::chrono::hours kAsLongAsItTakes{24 * 365};

/// JSON without the line ends that would cut it in two on a pipe.
std::string on_one_line(std::string message) {
  if (message.find_first_of("\r\n") == std::string::npos) return message;
  std::ranges::replace(message, '\n', ' ');  // between tokens: inside a text they are escaped
  std::ranges::replace(message, '\r', ' ');
  return message;
}

bool is_plain_header(std::string_view value) {
  const bool is_printable =
      std::ranges::all_of(value, [](char c) { return c >= 0x20 && c < 0x7F; });
  const bool is_sentinel = value.starts_with("=?base64?") && value.ends_with("?=");
  return is_printable && !is_sentinel && !value.starts_with(' ') && !value.ends_with(' ');
}

}  // namespace

Replies::Replies(OnMessage on_message)
    : events_(kLargestMessage, [on_message = std::move(on_message)](const ServerEvent& event) {
        if (!event.data.empty()) on_message(on_one_line(event.data));
      }) {}

bool Replies::begin(const HttpResponse& head) {
  const std::string* type = head.header("content-type");
  is_stream_ = head.status == 200 && type != nullptr && type->starts_with("text/event-stream");
  return true;
}

bool Replies::add(std::string_view bytes) {
  if (is_stream_) return events_.feed(bytes);
  if (body_.size() + bytes.size() > kLargestMessage) return false;
  body_ += bytes;
  return true;
}

RemoteServer::RemoteServer(const BaseUrl& url, Secret token)
    : client_({.user_agent = "tier0/" + std::string(kVersion)}, clock_),
      url_(url.text()),
      token_(std::move(token)) {}

HttpRequest RemoteServer::request(std::string method, std::vector<HttpHeader> headers) const {
  HttpRequest request{.method = std::move(method),
                      .url = url_,
                      .headers = std::move(headers),
                      .timeout = kAsLongAsItTakes};
  request.secret_headers = {{"Authorization", "Bearer ", token_}};
  return request;
}

HttpReply RemoteServer::post(const std::string& line, std::vector<HttpHeader> headers,
                             bool is_repeatable, Replies& replies, const Cancel& cancel) {
  HttpRequest wanted = request("POST", std::move(headers));
  wanted.headers.push_back({"Content-Type", "application/json"});
  wanted.headers.push_back({"Accept", "application/json, text/event-stream"});
  wanted.body = line;
  wanted.delivery = is_repeatable ? Delivery::Repeatable : Delivery::Once;
  wanted.sink = &replies;
  return client_.send(wanted, cancel);
}

HttpReply RemoteServer::listen(std::vector<HttpHeader> headers, Replies& replies,
                               const Cancel& cancel) {
  HttpRequest wanted = request("GET", std::move(headers));
  wanted.headers.push_back({"Accept", "text/event-stream"});
  wanted.sink = &replies;
  return client_.send(wanted, cancel);
}

void RemoteServer::forget(std::vector<HttpHeader> headers, const Cancel& cancel) {
  (void)client_.send(request("DELETE", std::move(headers)), cancel);
}

std::vector<HttpHeader> modern_headers(const Asked& asked) {
  std::vector<HttpHeader> headers = {{"MCP-Protocol-Version", asked.revision},
                                     {"Mcp-Method", asked.method}};
  if (asked.name.empty()) return headers;
  headers.push_back({"Mcp-Name", is_plain_header(asked.name)
                                     ? asked.name
                                     : "=?base64?" + crypto::base64_encode(asked.name) + "?="});
  return headers;
}

Error error_of_status(int status) {
  const std::string answered = "the server answered HTTP " + std::to_string(status);
  if (status == 401)
    return {.code = Code::Auth,
            .message = "the server refuses the token",
            .hint = "Put the agent's token where --token says, by default into TIER0_TOKEN."};
  if (status == 403) return {.code = Code::Forbidden, .message = answered};
  if (status == 404)
    return {.code = Code::Upstream,
            .message = "the server has no session or nothing at this URL",
            .hint = "Check --url: it ends in /mcp. Else start this client again."};
  if (status == 429 || status == 503)
    return {.code = Code::Overloaded, .message = answered, .hint = "Try again later."};
  return {.code = Code::Upstream, .message = answered, .hint = "See the server's log."};
}

}  // namespace tier0::cli
