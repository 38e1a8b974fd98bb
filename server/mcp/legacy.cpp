#include "server/mcp/legacy.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/base/log.h"
#include "server/mcp/batch.h"
#include "server/mcp/dispatch.h"
#include "server/mcp/envelope.h"

namespace tier0::mcp {
void handle_request(Shared& shared, const Speaker& speaker, jsonrpc::Request request,
                    std::shared_ptr<Channel> channel) {
  const auto& session = speaker.session;
  const Revision revision = session->revision();
  const MethodFacts* method = find_method(request.method);
  if (method == nullptr || !is_offered(*method, revision, shared.features)) {
    channel->answer(error_reply(request.id, unknown_method(request.method), revision));
    return;
  }
  const Json key = request.id;
  dispatch(shared, {.caller = speaker.caller,
                    .revision = revision,
                    .id = std::move(request.id),
                    .method = method,
                    .params = std::move(request.params),
                    .client = session->client(),
                    .channel = std::move(channel),
                    .session = session,
                    .over_http = speaker.over_http,
                    .table = session->calls(),
                    .key = key});
}

void handle_notification(Session& session, const jsonrpc::Notification& notification) {
  if (notification.method == "notifications/initialized") {
    session.set_ready();
  } else if (notification.method == "notifications/cancelled") {
    if (const Json* id = find_member(notification.params, "requestId"))
      session.calls()->cancel(*id);
  }
  // Roots and progress of the client concern nobody here; unknown ones are dropped.
}

void handle_response(Session& session, const jsonrpc::Response& response) {
  if (!session.pending().complete(response)) log::debug("a response that nobody waits for");
}

std::optional<ProtocolError> check_batch(const Json& array, std::size_t limit) {
  if (array.empty()) return invalid_request("an empty batch");
  if (array.size() > limit)
    return invalid_request("a batch has at most " + std::to_string(limit) + " messages");
  for (const Json& element : array) {
    const auto message = jsonrpc::read_message(element);
    if (const auto* malformed = std::get_if<jsonrpc::Malformed>(&message))
      return invalid_request(malformed->problem);
    if (const Json* params = find_member(element, "params");
        params != nullptr && has_claim(*params))
      return invalid_request("revision 2026-07-28 has no batches");
    if (string_member(element, "method") == "initialize")
      return invalid_request("initialize must not be part of a batch");
  }
  return std::nullopt;
}

bool handle_batch(Shared& shared, const Speaker& speaker, Json array,
                  const std::shared_ptr<Channel>& channel) {
  std::vector<jsonrpc::Message> messages;
  for (Json& element : array) messages.push_back(jsonrpc::read_message(std::move(element)));
  const auto requests =
      static_cast<std::size_t>(std::ranges::count_if(messages, [](const jsonrpc::Message& message) {
        return std::holds_alternative<jsonrpc::Request>(message);
      }));
  const auto batch = std::make_shared<Batch>(channel, requests);
  for (jsonrpc::Message& message : messages) {
    if (auto* request = std::get_if<jsonrpc::Request>(&message)) {
      handle_request(shared, speaker, std::move(*request), batch->channel());
    } else if (const auto* note = std::get_if<jsonrpc::Notification>(&message)) {
      handle_notification(*speaker.session, *note);
    } else if (const auto* response = std::get_if<jsonrpc::Response>(&message)) {
      handle_response(*speaker.session, *response);
    }
  }
  return requests > 0;
}

}  // namespace tier0::mcp
