#include "server/mcp/listen.h"

#include <utility>

#include "server/jsonrpc/frame.h"
#include "server/mcp/dispatch.h"
#include "server/mcp/envelope.h"

namespace tier0::mcp {
namespace {

bool wants(const Json& filter, std::string_view member) {
  const Json* value = find_member(filter, member);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

}  // namespace

std::variant<ListenFilter, ProtocolError> ListenFilter::read(const Json& params) {
  const Json* asked = find_member(params, "notifications");
  if (asked == nullptr || !asked->is_object())
    return invalid_params("notifications must be an object");
  ListenFilter filter{.tools = wants(*asked, "toolsListChanged"),
                      .prompts = wants(*asked, "promptsListChanged"),
                      .resources = wants(*asked, "resourcesListChanged")};
  const Json* uris = find_member(*asked, "resourceSubscriptions");
  if (uris == nullptr) return filter;
  if (!uris->is_array()) return invalid_params("resourceSubscriptions must be an array");
  for (const Json& uri : *uris) {
    if (!uri.is_string()) return invalid_params("resourceSubscriptions must hold strings");
    filter.uris.insert(uri.get<std::string>());
  }
  return filter;
}

ListenFilter ListenFilter::honoured(Shared& shared, const Caller& caller) const {
  const Features& features = shared.features;
  ListenFilter kept{.tools = tools && features.tools,
                    .prompts = prompts && features.prompts,
                    .resources = resources && features.resources};
  if (!features.subscriptions) return kept;
  for (const std::string& uri : uris) {
    if (kept.uris.size() >= shared.options.watched_uris) break;
    if (shared.service.resources()->may_watch(caller, uri)) kept.uris.insert(uri);
  }
  return kept;
}

Json ListenFilter::describe() const {
  Json described = Json::object();
  if (tools) described["toolsListChanged"] = true;
  if (prompts) described["promptsListChanged"] = true;
  if (resources) described["resourcesListChanged"] = true;
  if (!uris.empty()) described["resourceSubscriptions"] = uris;
  return described;
}

void Listen::acknowledge() {
  notify("notifications/subscriptions/acknowledged", {{"notifications", filter_.describe()}}, {});
}

void Listen::list_changed(Area area) {
  const bool is_wanted = (area == Area::Tools && filter_.tools) ||
                         (area == Area::Prompts && filter_.prompts) ||
                         (area == Area::Resources && filter_.resources);
  if (!is_wanted) return;
  const std::string_view method = list_changed_method(area);
  notify(method, Json::object(), std::string(method));
}

void Listen::resource_updated(const std::string& uri) {
  if (!filter_.uris.contains(uri)) return;
  notify(kResourceUpdated, {{"uri", uri}}, std::string(kResourceUpdated) + uri);
}

void Listen::notify(std::string_view method, Json params, std::string key) {
  params["_meta"][std::string(kMetaSubscription)] = request_.id;
  const auto keep = key.empty() ? Event::Keep::Always : Event::Keep::Newest;
  // On a pipe several streams share one queue.
  if (!key.empty()) key += dump_json(request_.id);
  request_.channel->message({.frame = jsonrpc::notification_frame(method, dump_json(params)),
                             .keep = keep,
                             .key = std::move(key)});
}

void Listen::cancel() {
  request_.table->remove(request_.key, this);
  request_.channel->abandon();
}

void Listen::shut_down() {
  request_.table->remove(request_.key, this);
  request_.channel->answer_now(result_reply(request_.id, shared_.writer.listen_end(request_.id)));
}

void start_listen(Shared& shared, Inbound request) {
  auto read = ListenFilter::read(request.params);
  if (const auto* error = std::get_if<ProtocolError>(&read)) return refuse(request, *error);
  if (!request.channel->streams())
    return refuse(request, {.fault = Fault::InvalidRequest,
                            .message = "the client must accept text/event-stream"});
  auto slot = shared.listens.take(request.caller.name);
  if (!slot)
    return refuse(request,
                  {.fault = Fault::Internal, .message = "too many streams are open; close one"});

  const auto filter = std::get<ListenFilter>(read).honoured(shared, request.caller);
  const auto listen = std::make_shared<Listen>(shared, request, filter, std::move(slot));
  if (!request.table->add(request.key, listen))
    return refuse(request,
                  {.fault = Fault::InvalidRequest, .message = "a request with this id is running"});
  listen->acknowledge();
  shared.watchers.add(listen);
  if (!request.caller.expires) return;
  // A stream is not kept longer than the proof of who reads it.
  const auto left = *request.caller.expires - shared.clock.wall();
  shared.timer.after(left, [weak = std::weak_ptr(listen)] {
    if (const auto open = weak.lock()) open->shut_down();
  });
}

}  // namespace tier0::mcp
