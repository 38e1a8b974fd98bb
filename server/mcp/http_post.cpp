#include "server/mcp/http_post.h"

#include <utility>

#include "server/mcp/dispatch.h"
#include "server/mcp/legacy.h"
#include "server/mcp/legacy_route.h"
#include "server/mcp/modern.h"
#include "server/mcp/modern_route.h"
#include "server/mcp/sse.h"

namespace tier0::mcp {
namespace {

constexpr Revision kModern = Revision::V2026_07_28;
// What a client without the version header speaks. (2025-06-18, transports)
constexpr Revision kAssumed = Revision::V2025_03_26;

}  // namespace

HttpPost::HttpPost(Shared& shared, HttpSessions& sessions, const HttpRequest& request,
                   std::shared_ptr<Responder> responder)
    : shared_(shared),
      sessions_(sessions),
      request_(request),
      responder_(std::move(responder)),
      accepts_(read_accept(request.headers)),
      version_(find_header(request.headers, "MCP-Protocol-Version")) {}

void HttpPost::handle() {
  if (shared_.is_closed)
    return refuse(nullptr, {.fault = Fault::Internal, .message = "the server is shutting down"},
                  assumed(), 503);
  if (!accepts_.json && !accepts_.stream)
    return refuse(nullptr,
                  invalid_request("Accept must allow application/json or text/event-stream"),
                  assumed(), 406);
  auto parsed = parse_json(request_.body, shared_.options.json);
  if (!parsed)
    return refuse(nullptr, {.fault = Fault::Parse, .message = parsed.error().message}, assumed());
  if (parsed->is_array()) return handle_array(*std::move(parsed));

  auto message = jsonrpc::read_message(*std::move(parsed));
  if (auto* request = std::get_if<jsonrpc::Request>(&message)) {
    handle_request(std::move(*request));
  } else if (const auto* notification = std::get_if<jsonrpc::Notification>(&message)) {
    handle_notification(*notification);
  } else if (const auto* response = std::get_if<jsonrpc::Response>(&message)) {
    handle_response(*response);
  } else {
    const auto& malformed = std::get<jsonrpc::Malformed>(message);
    refuse(&malformed.id, invalid_request(malformed.problem), assumed());
  }
}

void HttpPost::handle_array(Json array) {
  if (auto error = check_batch(array, shared_.options.batch))
    return refuse(nullptr, *error, assumed());
  const bool may_batch = version_.count == 0 || version_.value == facts(kAssumed).name;
  if (!may_batch || !shared_.options.legacy)
    return refuse(nullptr, invalid_request("this revision has no batches"), assumed());
  const auto session = require_session(nullptr);
  if (!session) return;
  if (!facts(session->session()->revision()).batches)
    return refuse(nullptr, invalid_request("this revision has no batches"),
                  session->session()->revision());
  const auto channel = legacy_channel(*session);
  const Speaker speaker{
      .session = session->session(), .caller = request_.caller, .over_http = true};
  if (!handle_batch(shared_, speaker, std::move(array), channel)) accept();
}

void HttpPost::handle_response(const jsonrpc::Response& response) {
  if (header_is_modern() || !shared_.options.legacy)
    return refuse(nullptr, invalid_request("clients answer by calling again, not by responses"),
                  kModern);
  const auto session = require_session(nullptr);
  if (!session) return;
  mcp::handle_response(*session->session(), response);
  accept();
}

void HttpPost::handle_notification(const jsonrpc::Notification& notification) {
  if (has_claim(notification.params)) {
    const auto envelope = read_envelope(notification.params);
    if (const auto* error = std::get_if<ProtocolError>(&envelope))
      return refuse(nullptr, *error, kModern);
    return accept();
  }
  if (header_is_modern() || !shared_.options.legacy) return accept();
  const auto session = require_session(nullptr);
  if (!session) return;
  mcp::handle_notification(*session->session(), notification);
  accept();
}

void HttpPost::handle_request(jsonrpc::Request request) {
  if (has_claim(request.params)) return handle_modern(std::move(request));
  if (header_is_modern()) return refuse(&request.id, missing_envelope(), kModern);
  const bool is_known =
      version_.count == 0 || (version_.count == 1 && parse_revision(version_.value).has_value());
  if (!is_known)
    return refuse(&request.id, unsupported_version(shared_.supported, std::string(version_.value)),
                  kModern);
  if (!shared_.options.legacy)
    return refuse(
        &request.id,
        unsupported_version(shared_.supported, string_member(request.params, "protocolVersion",
                                                             facts(assumed()).name)),
        kModern);
  if (request.method == "initialize") return handle_initialize(request);
  handle_legacy(std::move(request));
}

void HttpPost::handle_modern(jsonrpc::Request request) {
  const HttpHeaders headers{.lines = request_.headers, .percent_decoded = request_.percent_decoded};
  auto checked = check_modern(request, shared_.features, shared_.supported, &headers);
  if (const auto* error = std::get_if<ProtocolError>(&checked))
    return refuse(&request.id, *error, kModern);
  const auto& modern = std::get<ModernRequest>(checked);
  if (modern.method->method == Method::CallTool) {
    const auto tools = shared_.service.tools()->list(request_.caller);
    const auto& params = tools->header_params(string_member(request.params, "name"));
    if (const auto error = check_header_params(params, request.params, headers))
      return refuse(&request.id, *error, kModern);
  }

  const Json key = ++shared_.live_count;
  const auto channel = std::make_shared<Channel>(
      std::make_unique<ModernRoute>(responder_, accepts_), accepts_.stream);
  dispatch(shared_, {.caller = request_.caller,
                     .revision = modern.revision,
                     .id = std::move(request.id),
                     .method = modern.method,
                     .params = std::move(request.params),
                     .client = ClientCapabilities::read(modern.capabilities, modern.revision),
                     .channel = channel,
                     .over_http = true,
                     .table = shared_.live,
                     .key = key});
  // In this era who goes away cancels. In the channel's turn, so that it cannot meet the answer.
  channel->run([live = shared_.live, responder = responder_, key](Route&) {
    responder->on_gone([live, key] { live->cancel(key); });
  });
}

void HttpPost::handle_initialize(const jsonrpc::Request& request) {
  const auto read = read_initialize(request.params);
  if (const auto* error = std::get_if<ProtocolError>(&read))
    return refuse(&request.id, *error, kNewestLegacy);
  const auto& handshake = std::get<Handshake>(read);
  const auto session = sessions_.create(request_.caller, handshake);
  if (!session)
    return refuse(&request.id,
                  {.fault = Fault::Overloaded, .message = "too many sessions are open"},
                  handshake.revision);
  Reply reply =
      result_reply(request.id, initialize_result(shared_, request_.caller, handshake.revision));
  reply.headers.push_back({.name = "Mcp-Session-Id", .value = session->id()});
  finish(std::move(reply));
}

void HttpPost::handle_legacy(jsonrpc::Request request) {
  const auto session = require_session(&request.id);
  if (!session) return;
  const MethodFacts* method = find_method(request.method);
  const auto channel = legacy_channel(*session);
  mcp::handle_request(shared_,
                      {.session = session->session(), .caller = request_.caller, .over_http = true},
                      std::move(request), channel);
  if (method == nullptr || !method->may_ask) return;
  shared_.timer.after(shared_.options.stream_after, [weak = std::weak_ptr(channel)] {
    if (const auto open = weak.lock()) open->run([](Route& route) { route.linger(); });
  });
}

bool HttpPost::header_is_modern() const {
  return version_.count > 0 && looks_modern(version_.value);
}

std::shared_ptr<HttpSession> HttpPost::require_session(const Json* id) {
  const HeaderValue named = find_header(request_.headers, "Mcp-Session-Id");
  if (named.count == 0) {
    refuse(id, invalid_request("Mcp-Session-Id is missing; send initialize first"), assumed());
    return nullptr;
  }
  auto session = sessions_.find(named.value, request_.caller);
  if (!session)
    refuse(id, invalid_request("no such session; send initialize again"), assumed(), 404);
  return session;
}

std::shared_ptr<Channel> HttpPost::legacy_channel(const HttpSession& session) const {
  const bool polls = facts(session.session()->revision()).polling;
  auto route =
      std::make_unique<LegacyRoute>(responder_, accepts_, session.streams(),
                                    polls ? std::optional(shared_.options.retry) : std::nullopt);
  return std::make_shared<Channel>(std::move(route), accepts_.stream);
}

Revision HttpPost::assumed() const {
  if (version_.count == 0) return kAssumed;
  return parse_revision(version_.value).value_or(kModern);
}

void HttpPost::refuse(const Json* id, const ProtocolError& error, Revision revision) {
  refuse(id, error, revision, http_status(error.fault, revision));
}

void HttpPost::refuse(const Json* id, const ProtocolError& error, Revision revision, int status) {
  const bool has_id = id != nullptr && !id->is_null();
  Reply reply = has_id ? error_reply(*id, error, revision) : unreadable_reply(error, revision);
  reply.status = status;
  responder_->finish(reply.status, std::move(reply.frame), std::move(reply.headers));
}

void HttpPost::finish(Reply reply) {
  if (accepts_.json) {
    responder_->finish(reply.status, std::move(reply.frame), std::move(reply.headers));
    return;
  }
  responder_->stream(std::move(reply.headers));
  responder_->send({.bytes = sse_message(reply.frame)});
  responder_->end();
}

void HttpPost::accept() {
  responder_->finish(202, {});
}

}  // namespace tier0::mcp
