#include "server/mcp/conversation.h"

#include <utility>

#include "server/mcp/dispatch.h"
#include "server/mcp/handshake.h"
#include "server/mcp/legacy.h"
#include "server/mcp/modern.h"

namespace tier0::mcp {
void Conversation::receive_text(std::string_view text) {
  auto parsed = parse_json(text, shared_.options.json);
  if (!parsed) return refuse_unreadable(parsed.error().message);
  receive(*std::move(parsed));
}

void Conversation::receive(Json value) {
  if (value.is_array()) return receive_array(std::move(value));
  auto message = jsonrpc::read_message(std::move(value));
  if (auto* request = std::get_if<jsonrpc::Request>(&message)) {
    receive_request(std::move(*request));
  } else if (const auto* notification = std::get_if<jsonrpc::Notification>(&message)) {
    receive_notification(*notification);
  } else if (const auto* response = std::get_if<jsonrpc::Response>(&message)) {
    if (const auto open = session()) handle_response(*open, *response);
  } else {
    const auto& malformed = std::get<jsonrpc::Malformed>(message);
    const auto error = invalid_request(malformed.problem);
    make_channel()->answer(malformed.id.is_null() ? unreadable_reply(error, spoken())
                                                  : error_reply(malformed.id, error, spoken()));
  }
}

void Conversation::refuse_unreadable(std::string message) {
  make_channel()->answer(
      unreadable_reply({.fault = Fault::Parse, .message = std::move(message)}, spoken()));
}

void Conversation::receive_array(Json array) {
  const auto open = session();
  const bool batches = open && facts(open->revision()).batches;
  auto error = batches ? check_batch(array, shared_.options.batch)
                       : invalid_request("this revision has no batches");
  if (error) {
    make_channel()->answer(unreadable_reply(*error, spoken()));
    return;
  }
  handle_batch(shared_, {.session = open, .caller = caller_}, std::move(array), make_channel());
}

void Conversation::receive_request(jsonrpc::Request request) {
  if (has_claim(request.params)) return receive_modern(std::move(request));
  receive_legacy(std::move(request));
}

void Conversation::receive_modern(jsonrpc::Request request) {
  if (eras_ == Eras::LegacyOnly)
    return refuse(request,
                  unsupported_version(shared_.legacy_supported,
                                      std::string(facts(Revision::V2026_07_28).name)),
                  Revision::V2026_07_28);
  has_spoken_modern_ = true;
  auto checked = check_modern(request, shared_.features, shared_.supported, nullptr);
  if (const auto* error = std::get_if<ProtocolError>(&checked))
    return refuse(request, *error, Revision::V2026_07_28);
  const auto& modern = std::get<ModernRequest>(checked);
  const Json key = request.id;
  dispatch(shared_, {.caller = caller_,
                     .revision = modern.revision,
                     .id = std::move(request.id),
                     .method = modern.method,
                     .params = std::move(request.params),
                     .client = ClientCapabilities::read(modern.capabilities, modern.revision),
                     .channel = make_channel(),
                     .table = calls_,
                     .key = key});
}

void Conversation::receive_legacy(jsonrpc::Request request) {
  if (eras_ == Eras::Both && request.method == "server/discover")
    return refuse(request, missing_envelope(), Revision::V2026_07_28);
  if (request.method == "initialize") return initialize(request);
  if (!shared_.options.legacy) return refuse(request, missing_envelope(), Revision::V2026_07_28);
  if (const auto open = session())
    return handle_request(shared_, {.session = open, .caller = caller_}, std::move(request),
                          make_channel());
  if (request.method == "ping") {
    make_channel()->answer(result_reply(request.id, "{}"));
    return;
  }
  auto error = invalid_request("send initialize first");
  error.data = {{"supported", eras_ == Eras::Both ? shared_.supported : shared_.legacy_supported}};
  refuse(request, error, spoken());
}

void Conversation::initialize(const jsonrpc::Request& request) {
  if (!shared_.options.legacy)
    return refuse(
        request,
        unsupported_version(shared_.supported, string_member(request.params, "protocolVersion")),
        Revision::V2026_07_28);
  const auto read = read_initialize(request.params);
  if (const auto* error = std::get_if<ProtocolError>(&read))
    return refuse(request, *error, kNewestLegacy);
  const auto& [revision, client] = std::get<Handshake>(read);
  const auto made = std::make_shared<Session>(caller_, revision, client, outlet_, calls_);
  std::shared_ptr<Session> earlier;
  {
    MutexLock lock(mutex_);
    earlier = session_;
    if (!earlier) session_ = made;
  }
  if (earlier) return refuse(request, invalid_request("already initialized"), earlier->revision());
  shared_.watchers.add(made);
  make_channel()->answer(result_reply(request.id, initialize_result(shared_, caller_, revision)));
}

void Conversation::receive_notification(const jsonrpc::Notification& notification) {
  if (const auto open = session()) return handle_notification(*open, notification);
  if (notification.method != "notifications/cancelled") return;
  if (const Json* id = find_member(notification.params, "requestId")) calls_->cancel(*id);
}

void Conversation::end() {
  if (const auto open = session()) open->end();
  calls_->cancel_all();
}

void Conversation::refuse(const jsonrpc::Request& request, const ProtocolError& error,
                          Revision revision) {
  make_channel()->answer(error_reply(request.id, error, revision));
}

std::shared_ptr<Channel> Conversation::make_channel() const {
  return std::make_shared<Channel>(std::make_unique<OutletRoute>(outlet_), true);
}

Revision Conversation::spoken() const {
  if (const auto open = session()) return open->revision();
  return has_spoken_modern_ ? Revision::V2026_07_28 : Revision::V2024_11_05;
}

std::shared_ptr<Session> Conversation::session() const {
  MutexLock lock(mutex_);
  return session_;
}

}  // namespace tier0::mcp
