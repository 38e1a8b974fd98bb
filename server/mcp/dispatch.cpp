#include "server/mcp/dispatch.h"

#include <exception>
#include <utility>

#include "server/base/log.h"
#include "server/mcp/envelope.h"
#include "server/mcp/handshake.h"

namespace tier0::mcp {
namespace {

void set_log_level(Shared& shared, const Inbound& request) {
  const auto level = parse_log_level(string_member(request.params, "level"));
  if (!level) return refuse(request, invalid_params("level is no log level"));
  request.session->set_log_level(*level);
  answer(request, shared.writer.empty(request.revision));
}

void watch(Shared& shared, const Inbound& request) {
  const Json* uri = find_member(request.params, "uri");
  if (uri == nullptr || !uri->is_string())
    return refuse(request, invalid_params("uri must be a string"));
  const auto& text = uri->get_ref<const std::string&>();
  if (request.method->method == Method::Unsubscribe) {
    request.session->unwatch(text);
  } else if (!shared.service.resources()->may_watch(request.caller, text)) {
    return refuse(request, resource_not_found(text));
  } else if (!request.session->watch(text, shared.options.watched_uris)) {
    return refuse(request, invalid_params("too many resources are subscribed"));
  }
  answer(request, shared.writer.empty(request.revision));
}

void route(Shared& shared, Inbound request) {
  switch (request.method->method) {
    case Method::Initialize:
      return refuse(request, {.fault = Fault::InvalidRequest, .message = "already initialized"});
    case Method::Discover:
      return answer(request, discover_result(shared, request.caller));
    case Method::Ping:
      return answer(request, shared.writer.empty(request.revision));
    case Method::SetLevel:
      return set_log_level(shared, request);
    case Method::Subscribe:
    case Method::Unsubscribe:
      return watch(shared, request);
    case Method::ListTools:
    case Method::ListPrompts:
    case Method::ListResources:
    case Method::ListTemplates:
      return answer_list(shared, request);
    case Method::Listen:
      return start_listen(shared, std::move(request));
    case Method::CallTool:
    case Method::GetPrompt:
    case Method::ReadResource:
    case Method::Complete:
      return start_call(shared, std::move(request));
  }
}

}  // namespace

void dispatch(Shared& shared, Inbound request) {
  const auto channel = request.channel;
  const Reply bug = error_reply(request.id, {.fault = Fault::Internal, .message = "internal error"},
                                request.revision);
  try {
    route(shared, std::move(request));
  } catch (const std::exception&) {
    log::error("a request could not be dispatched");
    channel->answer(bug);
  }
}

void answer(const Inbound& request, std::string_view result) {
  request.channel->answer(result_reply(request.id, result));
}

void refuse(const Inbound& request, const ProtocolError& error) {
  request.channel->answer(error_reply(request.id, error, request.revision));
}

}  // namespace tier0::mcp
