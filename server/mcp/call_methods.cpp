#include <utility>

#include "server/mcp/dispatch.h"
#include "server/mcp/running_call.h"

namespace tier0::mcp {
namespace {

using Checked = std::optional<ProtocolError>;

Checked check_text(const Json& params, std::string_view member) {
  const Json* value = find_member(params, member);
  if (value != nullptr && value->is_string()) return std::nullopt;
  return invalid_params(std::string(member) + " must be a string");
}

Checked check_object(const Json& params, std::string_view member) {
  const Json* value = find_member(params, member);
  if (value == nullptr || value->is_object()) return std::nullopt;
  return invalid_params(std::string(member) + " must be an object");
}

Checked check_prompt_arguments(const Json& params) {
  if (auto error = check_object(params, "arguments")) return error;
  const Json* arguments = find_member(params, "arguments");
  if (arguments == nullptr) return std::nullopt;
  for (const auto& [name, value] : arguments->items())
    if (!value.is_string()) return bad_member("arguments." + name, "must be a string");
  return std::nullopt;
}

Checked check_completion(const Json& params) {
  const Json* ref = find_member(params, "ref");
  if (ref == nullptr || !ref->is_object()) return invalid_params("ref must be an object");
  const std::string type = string_member(*ref, "type");
  if (type != "ref/prompt" && type != "ref/resource")
    return invalid_params("ref.type must be ref/prompt or ref/resource");
  if (auto error = check_text(*ref, type == "ref/prompt" ? "name" : "uri")) return error;
  const Json* argument = find_member(params, "argument");
  if (argument == nullptr || !argument->is_object())
    return invalid_params("argument must be an object");
  if (auto error = check_text(*argument, "name")) return error;
  if (auto error = check_text(*argument, "value")) return error;
  if (auto error = check_object(params, "context")) return error;
  const Json* context = find_member(params, "context");
  return context == nullptr ? std::nullopt : check_object(*context, "arguments");
}

Checked check_params(Method method, const Json& params) {
  if (method == Method::Complete) return check_completion(params);
  if (method == Method::ReadResource) return check_text(params, "uri");
  if (auto error = check_text(params, "name")) return error;
  return method == Method::GetPrompt ? check_prompt_arguments(params)
                                     : check_object(params, "arguments");
}

Json object_member(const Json& params, std::string_view name) {
  const Json* value = find_member(params, name);
  return value == nullptr ? Json::object() : *value;
}

RunningCall::Handler handler_of(Service& service, Method method) {
  switch (method) {
    case Method::CallTool:
      return [&service](const Json& params, std::shared_ptr<Call> call) {
        service.tools()->call(std::move(call), params.at("name"),
                              object_member(params, "arguments"));
      };
    case Method::GetPrompt:
      return [&service](const Json& params, std::shared_ptr<Call> call) {
        service.prompts()->get(std::move(call), params.at("name"),
                               object_member(params, "arguments"));
      };
    case Method::ReadResource:
      return [&service](const Json& params, std::shared_ptr<Call> call) {
        service.resources()->read(std::move(call), params.at("uri"));
      };
    default:
      return [&service](const Json& params, std::shared_ptr<Call> call) {
        service.completions()->complete(
            std::move(call), params.at("ref"), params.at("argument"),
            object_member(object_member(params, "context"), "arguments"));
      };
  }
}

/// What a modern client brings back from an earlier round.
std::variant<RunningCall::Input, ProtocolError> read_input(const Shared& shared,
                                                           const Inbound& request) {
  RunningCall::Input input;
  if (!facts(request.revision).modern || !request.method->may_ask) return input;
  if (const Json* responses = find_member(request.params, "inputResponses")) {
    if (!responses->is_object()) return invalid_params("inputResponses must be an object");
    for (const auto& [key, value] : responses->items()) {
      if (!value.is_object()) return bad_member("inputResponses." + key, "must be an object");
      input.answers.emplace(key, value);
    }
  }
  const Json* sealed = find_member(request.params, "requestState");
  if (sealed == nullptr) {
    // Answers to no question that we know of: whoever asked sealed a state.
    input.unasked = std::exchange(input.answers, {});
    return input;
  }
  const auto state = sealed->is_string() ? shared.states.open(binding_of(request),
                                                              sealed->get_ref<const std::string&>())
                                         : std::nullopt;
  if (!state) return invalid_state();
  input.state = *state;
  return input;
}

}  // namespace

void start_call(Shared& shared, Inbound request) {
  if (const auto error = check_params(request.method->method, request.params))
    return refuse(request, *error);
  auto meta = read_request_meta(request.params, request.revision);
  if (const auto* error = std::get_if<ProtocolError>(&meta)) return refuse(request, *error);
  const bool is_limited = request.session != nullptr || !request.over_http;
  if (is_limited && request.table->size() >= shared.options.calls_per_session)
    return refuse(request, {.fault = Fault::Overloaded, .message = "too many calls are running"});
  auto input = read_input(shared, request);
  if (const auto* error = std::get_if<ProtocolError>(&input)) return refuse(request, *error);

  const auto handler = handler_of(shared.service, request.method->method);
  const auto call = std::make_shared<RunningCall>(shared, request,
                                                  std::move(std::get<RequestMeta>(meta)), handler);
  if (!request.table->add(request.key, call))
    return refuse(request, {.fault = Fault::InvalidRequest,
                            .message = "a request with this id is running, or the session ended"});
  call->start(std::move(std::get<RunningCall::Input>(input)));
}

}  // namespace tier0::mcp
